public import ArgumentParser
public import Settings

/// "error", "warning", "info", "debug".
extension LogLevel: ExpressibleByArgument {}
