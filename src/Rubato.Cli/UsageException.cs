namespace Rubato.Cli;

/// <summary>The command line asks for something that does not exist or fit; the message says what would be right.</summary>
internal sealed class UsageException(string message, Exception? cause = null) : Exception(message, cause);
