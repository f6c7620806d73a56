using Rubato.Processes;
using Rubato.Sampling;
using Rubato.Solvers;
using Rubato.Tensors;
using Estimate = Rubato.Sampling.Prediction;

namespace Rubato.Goldens;

/// <summary>A solver that notes the states it asks for.</summary>
internal sealed class StateRecorder(ISolver inner) : ISolver
{
    /// <summary>The start, then the state after every evaluation but the last.</summary>
    public List<Tensor> States { get; } = [];

    public Coordinates Coordinates => inner.Coordinates;

    public Task<Tensor> SampleAsync(Tensor x, TimeGrid grid, IDenoiser denoiser, SamplingContext context)
        => inner.SampleAsync(x, grid, new Noting(denoiser, States), context);

    private sealed class Noting(IDenoiser inner, List<Tensor> states) : IDenoiser
    {
        public Task<Estimate> PredictAsync(Tensor x, EvaluationPoint point)
        {
            states.Add(x);
            return inner.PredictAsync(x, point);
        }
    }
}
