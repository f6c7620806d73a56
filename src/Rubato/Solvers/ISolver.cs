using Rubato.Processes;
using Rubato.Sampling;
using Rubato.Tensors;

namespace Rubato.Solvers;

/// <summary>Moves one sample through its grid. A solver owns its loop, so it may repeat, reject or stop.</summary>
public interface ISolver
{
    /// <summary>The coordinates in which the state is stepped; adaptive criteria see the state in them.</summary>
    Coordinates Coordinates => Coordinates.Network;

    /// <summary>Runs the trajectory.</summary>
    /// <param name="x">The start state, [n, C, H, W], at the level where the grid begins.</param>
    /// <param name="grid">The steps, in the solver's coordinates.</param>
    /// <param name="denoiser">Answers for a state; awaiting it is the batch point.</param>
    /// <param name="context">Noise, trace and cancellation.</param>
    /// <returns>The state at the level where the grid ends.</returns>
    Task<Tensor> SampleAsync(Tensor x, TimeGrid grid, IDenoiser denoiser, SamplingContext context);
}
