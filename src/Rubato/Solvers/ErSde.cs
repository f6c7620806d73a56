using Rubato.Processes;
using Rubato.Sampling;
using Rubato.Tensors;

namespace Rubato.Solvers;

/// <summary>
/// Extended reverse-time SDE solver, order 1 to 3, one evaluation a step. Cui et al. 2023, arXiv:2309.06169; the noise
/// scale kappa (e^(kappa^0.3) + 10) and the integrals by 200 left points as in ComfyUI.
/// </summary>
/// <param name="order">1 to 3; the first steps have fewer.</param>
/// <param name="noiseScale">Standard deviation of the noise, relative to the exact one.</param>
public sealed class ErSde(int order = 3, double noiseScale = 1) : ISolver
{
    private const int Points = 200;

    /// <summary>Whether the integrals are exact to the tenth digit; the reference takes 200 left points.</summary>
    public bool ExactIntegrals { get; init; }

    /// <inheritdoc/>
    public Coordinates Coordinates => Coordinates.Unscaled;

    /// <inheritdoc/>
    public async Task<Tensor> SampleAsync(Tensor x, TimeGrid grid, IDenoiser denoiser, SamplingContext context)
    {
        Tensor? beforeNoise = null, last = null, lastSlope = null;
        double kappa1 = 0, kappa2 = 0;   // where the last two evaluations stood
        foreach (Step step in grid.Steps)
        {
            Prediction p = await denoiser.PredictAsync(x, step.Start with { BeforeNoise = beforeNoise }).ConfigureAwait(false);
            double from = step.From.Sigma, to = step.To.Sigma;
            if (step.To.IsClean)
            {
                x = p.Data;
                continue;
            }

            double r = Scale(to) / Scale(from), move = to - from;
            x = LinearCombination.Of((r, x), (1 - r, p.Data));
            (double zeroth, double first) = Integrals(from, to);
            Tensor? slope = last is null ? null : LinearCombination.Of((1 / (from - kappa1), p.Data), (-1 / (from - kappa1), last));
            if (order >= 2 && slope is not null) x = LinearCombination.Of((1, x), (move + Scale(to) * zeroth, slope));
            if (order >= 3 && slope is not null && lastSlope is not null)
            {
                double span = (from - kappa2) / 2, weight = (move * move / 2 + Scale(to) * first) / span;
                x = LinearCombination.Of((1, x), (weight, slope), (-weight, lastSlope));
            }

            beforeNoise = x;
            double deviation = Math.Sqrt(Math.Max(to * to - from * from * r * r, 0));
            x = AncestralStep.Renew(x, noiseScale * deviation, context, step.From, step.To);
            (last, lastSlope, kappa2, kappa1) = (p.Data, slope, kappa1, from);
        }

        return x;
    }

    private static double Scale(double kappa) => kappa * (Math.Exp(Math.Pow(kappa, 0.3)) + 10);

    /// <summary>The integrals of 1 / F and of (kappa - from) / F over kappa from <paramref name="to"/> to <paramref name="from"/>.</summary>
    private (double Zeroth, double First) Integrals(double from, double to)
    {
        double width = (from - to) / Points, zeroth = 0, first = 0;
        for (int i = 0; i <= Points; i++)
        {
            // left points, or Simpson's rule
            double kappa = to + i * width, weight = width * (!ExactIntegrals ? i < Points ? 1 : 0
                : i is 0 or Points ? 1.0 / 3 : i % 2 == 1 ? 4.0 / 3 : 2.0 / 3);
            zeroth += weight / Scale(kappa);
            first += weight * (kappa - from) / Scale(kappa);
        }

        return (zeroth, first);
    }
}
