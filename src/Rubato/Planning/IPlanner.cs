using Rubato.Processes;
using Rubato.Sampling;
using Rubato.Solvers;

namespace Rubato.Planning;

/// <summary>Decides where a trajectory stops on its way from noise to data.</summary>
public interface IPlanner
{
    /// <summary>Plans a grid.</summary>
    /// <param name="process">The process that the network was trained on.</param>
    /// <param name="steps">Steps of the grid, at least 1.</param>
    /// <param name="coordinates">Those of the solver.</param>
    TimeGrid Plan(VariancePreserving process, int steps, Coordinates coordinates);
}
