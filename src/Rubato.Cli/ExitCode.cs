namespace Rubato.Cli;

/// <summary>What the command returns to the shell.</summary>
internal static class ExitCode
{
    public const int Success = 0, Failure = 1, Usage = 2;

    // 128 + the number of the signal.
    public const int Interrupted = 130, Terminated = 143;
}
