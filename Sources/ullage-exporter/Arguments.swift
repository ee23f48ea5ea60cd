public import ArgumentParser
public import Configuration

/// "error", "warning", "info", "debug".
extension LogLevel: ExpressibleByArgument {}
