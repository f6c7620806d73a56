using Rubato.Sampling;
using Rubato.Tensors;

namespace Rubato.Solvers;

/// <summary>
/// For networks that see the clean sample from anywhere: jump to it, and back to the next level with fresh noise. Consistency
/// models (Song et al. 2023, arXiv:2303.01469, algorithm 1), LCM (Luo et al. 2023, arXiv:2310.04378) and their flow forms.
/// </summary>
/// <param name="boundary">
/// Scaling of the time in LCM's boundary condition, D = c_skip x + c_out x0 with sigma_data 0.5; null for D = x0.
/// </param>
public sealed class MultistepConsistency(double? boundary = null) : ISolver
{
    private const double DataVariance = 0.25;

    /// <summary>sigma of the level that counts as clean; the jump back adds its noise to what is left there.</summary>
    public double Least { get; init; }

    /// <summary>Standard deviation of the fresh noise, relative to that of its level.</summary>
    public double NoiseScale { get; init; } = 1;

    /// <summary>The coordinates; any will do.</summary>
    public Processes.Coordinates Coordinates { get; init; }

    /// <inheritdoc/>
    public async Task<Tensor> SampleAsync(Tensor x, TimeGrid grid, IDenoiser denoiser, SamplingContext context)
    {
        Tensor? beforeNoise = null;
        foreach (Step step in grid.Steps)
        {
            Prediction p = await denoiser.PredictAsync(x, step.Start with { BeforeNoise = beforeNoise }).ConfigureAwait(false);
            Tensor data = boundary is { } scale ? Bounded(x, p.Data, step.From.Time * scale) : p.Data;
            bool last = step.Index == grid.Steps.Count - 1;
            double deviation = last ? 0 : Math.Sqrt(Math.Max(step.To.Sigma * step.To.Sigma - Least * Least, 0));
            beforeNoise = last ? data : data * step.To.Alpha;
            x = last ? data : LinearCombination.Of((1, beforeNoise), (NoiseScale * deviation, context.DrawNoise(x)));
        }

        return x;
    }

    private static Tensor Bounded(Tensor x, Tensor data, double u)
    {
        double skip = DataVariance / (u * u + DataVariance), output = u / Math.Sqrt(u * u + DataVariance);
        return LinearCombination.Of((skip, x), (output, data));
    }
}
