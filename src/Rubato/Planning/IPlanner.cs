using Rubato.Processes;
using Rubato.Sampling;

namespace Rubato.Planning;

/// <summary>Decides where a trajectory stops on its way from noise to data.</summary>
public interface IPlanner
{
    /// <summary>Plans a grid.</summary>
    /// <param name="process">The process that the network was trained on.</param>
    /// <param name="steps">Steps of the grid, at least 1; a planner that holds a list of its own takes that.</param>
    /// <param name="coordinates">Those of the solver.</param>
    /// <exception cref="NotSupportedException">The planner does not know processes of this kind.</exception>
    TimeGrid Plan(IProcess process, int steps, Coordinates coordinates);
}
