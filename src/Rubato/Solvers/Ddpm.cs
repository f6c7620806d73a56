using Rubato.Sampling;
using Rubato.Tensors;

namespace Rubato.Solvers;

/// <summary>Which variance the noise of an ancestral step has.</summary>
public enum PosteriorVariance
{
    /// <summary>That of the posterior, clamped to 1e-20 (fixed_small).</summary>
    Small,

    /// <summary>beta of the step (fixed_large).</summary>
    Large,

    /// <summary>
    /// Between the two, as the network says (learned_range; Nichol and Dhariwal 2021, arXiv:2102.09672, eq. 15).
    /// </summary>
    Learned,
}

/// <summary>Ancestral sampling. Ho et al. 2020, arXiv:2006.11239, eq. 6 and 7, over any steps of the process.</summary>
/// <param name="variance">Of the noise that a step adds.</param>
/// <param name="noisyEnd">
/// Whether a step to the clean level adds noise too, as it does in diffusers unless it begins at training step 0.
/// </param>
public sealed class Ddpm(PosteriorVariance variance = PosteriorVariance.Small, bool noisyEnd = false) : ISolver
{
    private const double SmallestVariance = 1e-20;

    /// <inheritdoc/>
    public async Task<Tensor> SampleAsync(Tensor x, TimeGrid grid, IDenoiser denoiser, SamplingContext context)
    {
        Tensor? beforeNoise = null;
        foreach (Step step in grid.Steps)
        {
            Prediction p = await denoiser.PredictAsync(x, step.Start with { BeforeNoise = beforeNoise }).ConfigureAwait(false);
            double aFrom = step.From.Alpha * step.From.Alpha, aTo = step.To.Alpha * step.To.Alpha;
            double a = aFrom / aTo, b = 1 - a;   // alpha_t and beta_t of the step
            double small = SmallVariance(step);
            x = LinearCombination.Of((Math.Sqrt(aTo) * b / (1 - aFrom), p.Data), (Math.Sqrt(a) * (1 - aTo) / (1 - aFrom), x));
            if (step.To.IsClean && !noisyEnd) continue;
            beforeNoise = x;
            Tensor noise = context.DrawNoise(x);
            x = variance == PosteriorVariance.Learned
                ? LinearCombination.Of((1, x), (1, (Learned(p, Math.Log(small), Math.Log(b)) * noise.ToFloat32()).To(x.DType)))
                : LinearCombination.Of((1, x), (Math.Sqrt(variance == PosteriorVariance.Large ? b : small), noise));
        }

        return x;
    }

    /// <summary>The variance of the posterior, which is <see cref="PosteriorVariance.Small"/>.</summary>
    internal static double SmallVariance(Step step)
    {
        double aFrom = step.From.Alpha * step.From.Alpha, aTo = step.To.Alpha * step.To.Alpha;
        return Math.Max((1 - aTo) / (1 - aFrom) * (1 - aFrom / aTo), SmallestVariance);
    }

    /// <summary>
    /// The standard deviation that the network predicts, between the logarithms of the two variances.
    /// </summary>
    private static Tensor Learned(Prediction p, double logSmall, double logLarge)
    {
        Tensor deviation = p.Variance?.Clone() ?? throw new InvalidOperationException(
            "This network predicts no variances: its output has no second half of the channels.");
        foreach (ref float value in deviation.AsSpan())
        {
            double fraction = (value + 1) / 2;
            value = (float)Math.Exp((fraction * logLarge + (1 - fraction) * logSmall) / 2);
        }

        return deviation;
    }
}
