namespace Rubato.Cli;

/// <summary>The command line asks for something that does not exist or fit; the message says what would be right.</summary>
internal sealed class UsageException(string message, Exception? cause = null) : Exception(message, cause);

/// <summary>The user ended the command; the message says what was kept.</summary>
internal sealed class InterruptedException(string message) : OperationCanceledException(message);
