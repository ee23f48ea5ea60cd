// The terminal of a full-screen program: entered once, left on every way out.
//
// What runs in a signal handler here calls nothing but functions that signal-safety(7) lists: write,
// tcsetattr, tcgetpgrp, getpgrp, sigaction, raise.
#include "CKernel.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

// Alternate screen; cursor hidden; no wrapping; pastes marked.
static const char enter[] = "\033[?1049h\033[?25l\033[?7l\033[?2004h\033[2J\033[H";
// The way back: also ends an update that was cut short, and a colour.
static const char leave[] = "\033[?2026l\033[0m\033[?2004l\033[?7h\033[?25h\033[?1049l";

static struct termios original, raw;
static int input = -1, output = -1, news[2] = {-1, -1};
static volatile sig_atomic_t is_entered;

// Those that end a program by default, without its having done wrong.
static const int deadly[] = {SIGSEGV, SIGBUS,  SIGILL,    SIGFPE,  SIGABRT, SIGTRAP, SIGSYS,
                             SIGPIPE, SIGALRM, SIGVTALRM, SIGPROF, SIGUSR1, SIGUSR2, SIGXCPU};
enum { deadly_count = sizeof deadly / sizeof *deadly };
// Those that the loop hears of.
static const int heard[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGCONT, SIGWINCH};
enum { heard_count = sizeof heard / sizeof *heard };
static sigset_t old_mask;
static struct sigaction old_deadly[deadly_count], old_heard[heard_count];

// So that a stack that ran over can be told from the terminal too.
static char spare_stack[32768];

static void put(const char *text, size_t count) {
  while (count > 0) {
    ssize_t written = write(output, text, count);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    text += written;
    count -= (size_t)written;
  }
}

// Sets the attributes, if the terminal is ours to set: a background process would be stopped.
static int set_attributes(const struct termios *wanted) {
  pid_t foreground = tcgetpgrp(input);
  if (foreground >= 0 && foreground != getpgrp()) return 0;
  int result;
  do result = tcsetattr(input, TCSADRAIN, wanted);
  while (result < 0 && errno == EINTR);
  return result;
}

static void restore(void) {
  if (!is_entered) return;
  is_entered = 0;
  put(leave, sizeof leave - 1);
  set_attributes(&original);
}

static void die(int number, siginfo_t *info, void *context) {
  (void)context;
  int error = errno;
  restore();
  for (int index = 0; index < deadly_count; index++) {
    if (deadly[index] == number) sigaction(number, &old_deadly[index], NULL);
  }
  errno = error;
  // A fault happens again when this returns, and then means what it meant before; others are sent anew.
  if (info->si_code <= 0) raise(number);
}

static void hear(int number) {
  int error = errno;
  unsigned char byte = (unsigned char)number;
  // A full pipe has enough to wake the loop.
  (void)!write(news[1], &byte, 1);
  errno = error;
}

int CKernel_terminal_enter(int from, int to, int *signals) {
  if (input >= 0) {
    errno = EBUSY;
    return -1;
  }
  if (tcgetattr(from, &original) != 0) return -1;
  if (news[0] < 0 && pipe2(news, O_CLOEXEC | O_NONBLOCK) != 0) return -1;
  input = from;
  output = to;
  *signals = news[0];
  raw = original;
  raw.c_iflag &= ~(tcflag_t)(IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON);
  raw.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
  raw.c_cflag = (raw.c_cflag & ~(tcflag_t)(CSIZE | PARENB)) | CS8;
  raw.c_cc[VMIN] = 1;
  raw.c_cc[VTIME] = 0;

  stack_t stack;
  if (sigaltstack(NULL, &stack) == 0 && (stack.ss_flags & SS_DISABLE)) {
    stack = (stack_t){.ss_sp = spare_stack, .ss_size = sizeof spare_stack};
    sigaltstack(&stack, NULL);
  }

  struct sigaction action;
  memset(&action, 0, sizeof action);
  sigfillset(&action.sa_mask);
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART;
  action.sa_sigaction = die;
  for (int index = 0; index < deadly_count; index++) {
    sigaction(deadly[index], NULL, &old_deadly[index]);
    // What is ignored, or heard of elsewhere, stays so; faults are told to whoever waits for them, after.
    if (index >= 7 && old_deadly[index].sa_handler != SIG_DFL) continue;
    sigaction(deadly[index], &action, NULL);
  }
  action.sa_flags = 0;
  action.sa_handler = hear;
  for (int index = 0; index < heard_count; index++) {
    sigaction(heard[index], NULL, &old_heard[index]);
    if (old_heard[index].sa_handler == SIG_IGN && heard[index] == SIGHUP) continue;
    sigaction(heard[index], &action, NULL);
  }
  // Whoever started us may have had signals blocked, and that is inherited.
  sigset_t ours;
  sigemptyset(&ours);
  for (int index = 0; index < deadly_count; index++) sigaddset(&ours, deadly[index]);
  for (int index = 0; index < heard_count; index++) sigaddset(&ours, heard[index]);
  pthread_sigmask(SIG_UNBLOCK, &ours, &old_mask);
  return CKernel_terminal_resume();
}

int CKernel_terminal_resume(void) {
  if (input < 0) return 0;
  // In the background this stops us, as it should, until somebody brings us to the front.
  int result;
  do result = tcsetattr(input, TCSADRAIN, &raw);
  while (result < 0 && errno == EINTR);
  if (result != 0) return -1;
  is_entered = 1;
  put(enter, sizeof enter - 1);
  return 0;
}

void CKernel_terminal_suspend(void) { restore(); }

void CKernel_terminal_leave(void) {
  if (input < 0) return;
  restore();
  for (int index = 0; index < heard_count; index++) {
    sigaction(heard[index], &old_heard[index], NULL);
  }
  for (int index = 0; index < deadly_count; index++) {
    sigaction(deadly[index], &old_deadly[index], NULL);
  }
  pthread_sigmask(SIG_SETMASK, &old_mask, NULL);
  input = -1;
}

int CKernel_raise_default(int number) {
  struct sigaction action, before;
  memset(&action, 0, sizeof action);
  action.sa_handler = SIG_DFL;
  if (sigaction(number, &action, &before) != 0) return -1;
  sigset_t one;
  sigemptyset(&one);
  sigaddset(&one, number);
  pthread_sigmask(SIG_UNBLOCK, &one, NULL);
  kill(getpid(), number);
  // Only a stop comes back.
  return sigaction(number, &before, NULL);
}
