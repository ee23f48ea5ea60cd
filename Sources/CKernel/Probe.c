// Sockets that ask the kernel for a port and send nothing; the name of the calling thread.
#include "CKernel.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>

#ifndef IP_LOCAL_PORT_RANGE
#define IP_LOCAL_PORT_RANGE 51
#endif
#ifndef IP_BIND_ADDRESS_NO_PORT
#define IP_BIND_ADDRESS_NO_PORT 24
#endif
_Static_assert(TCP_REPAIR == 19, "TCP_REPAIR");
_Static_assert(IP_LOCAL_PORT_RANGE == 51, "IP_LOCAL_PORT_RANGE");
_Static_assert(IP_BIND_ADDRESS_NO_PORT == 24, "IP_BIND_ADDRESS_NO_PORT");
_Static_assert(sizeof(struct sockaddr_in) <= sizeof(struct sockaddr_storage), "sockaddr_in");
_Static_assert(sizeof(struct sockaddr_in6) <= sizeof(struct sockaddr_storage), "sockaddr_in6");

static socklen_t fill(struct sockaddr_storage *storage, const struct CKernel_endpoint *from) {
  memset(storage, 0, sizeof *storage);
  if (!from->is_ipv6) {
    struct sockaddr_in *address = (struct sockaddr_in *)storage;
    address->sin_family = AF_INET;
    address->sin_port = htons(from->port);
    address->sin_addr.s_addr = htonl((uint32_t)from->low);
    return sizeof *address;
  }
  struct sockaddr_in6 *address = (struct sockaddr_in6 *)storage;
  address->sin6_family = AF_INET6;
  address->sin6_port = htons(from->port);
  address->sin6_scope_id = from->scope;
  for (int index = 0; index < 8; index++) {
    address->sin6_addr.s6_addr[index] = (uint8_t)(from->high >> (56 - 8 * index));
    address->sin6_addr.s6_addr[8 + index] = (uint8_t)(from->low >> (56 - 8 * index));
  }
  return sizeof *address;
}

static uint64_t nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

int CKernel_inet_socket(int is_ipv6, int is_udp) {
  return socket(is_ipv6 ? AF_INET6 : AF_INET, (is_udp ? SOCK_DGRAM : SOCK_STREAM) | SOCK_CLOEXEC, 0);
}

int CKernel_repair(int descriptor) {
  int on = 1;
  return setsockopt(descriptor, IPPROTO_TCP, TCP_REPAIR, &on, sizeof on);
}

int CKernel_local_port_range(int descriptor, uint16_t low, uint16_t high) {
  uint32_t range = (uint32_t)high << 16 | low;
  return setsockopt(descriptor, IPPROTO_IP, IP_LOCAL_PORT_RANGE, &range, sizeof range);
}

int CKernel_bind_address_no_port(int descriptor) {
  int on = 1;
  return setsockopt(descriptor, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
}

int CKernel_bind_endpoint(int descriptor, const struct CKernel_endpoint *endpoint) {
  struct sockaddr_storage storage;
  socklen_t length = fill(&storage, endpoint);
  return bind(descriptor, (struct sockaddr *)&storage, length);
}

int CKernel_connect_endpoint(int descriptor, const struct CKernel_endpoint *endpoint,
                             uint64_t *took) {
  struct sockaddr_storage storage;
  socklen_t length = fill(&storage, endpoint);
  uint64_t before = nanoseconds();
  int result = connect(descriptor, (struct sockaddr *)&storage, length);
  uint64_t after = nanoseconds();
  *took = after - before;
  return result == 0 ? 0 : errno;
}

int CKernel_disconnect(int descriptor) {
  struct sockaddr nowhere = {.sa_family = AF_UNSPEC};
  return connect(descriptor, &nowhere, sizeof nowhere);
}

int CKernel_local_endpoint(int descriptor, struct CKernel_endpoint *endpoint) {
  struct sockaddr_storage storage;
  socklen_t length = sizeof storage;
  if (getsockname(descriptor, (struct sockaddr *)&storage, &length) != 0) return -1;
  memset(endpoint, 0, sizeof *endpoint);
  if (storage.ss_family == AF_INET) {
    const struct sockaddr_in *address = (const struct sockaddr_in *)&storage;
    endpoint->low = ntohl(address->sin_addr.s_addr);
    endpoint->port = ntohs(address->sin_port);
    return 0;
  }
  if (storage.ss_family != AF_INET6) {
    errno = EAFNOSUPPORT;
    return -1;
  }
  const struct sockaddr_in6 *address = (const struct sockaddr_in6 *)&storage;
  endpoint->is_ipv6 = 1;
  endpoint->port = ntohs(address->sin6_port);
  endpoint->scope = address->sin6_scope_id;
  for (int index = 0; index < 8; index++) {
    endpoint->high = endpoint->high << 8 | address->sin6_addr.s6_addr[index];
    endpoint->low = endpoint->low << 8 | address->sin6_addr.s6_addr[8 + index];
  }
  return 0;
}

int CKernel_thread_name(char name[16]) { return prctl(PR_GET_NAME, name); }

int CKernel_set_thread_name(const char *name) { return prctl(PR_SET_NAME, name); }
