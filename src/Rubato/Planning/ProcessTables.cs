using Rubato.Processes;

namespace Rubato.Planning;

/// <summary>What planners need of a process.</summary>
internal static class ProcessTables
{
    /// <summary>The process as a table of training steps.</summary>
    /// <exception cref="NotSupportedException">It has none.</exception>
    public static VariancePreserving Table(this IProcess process) => process as VariancePreserving
        ?? throw new NotSupportedException(
            "This schedule needs a table of training steps, which a flow model does not have.");
}
