using Rubato.Sampling;
using Rubato.Tensors;

namespace Rubato.Solvers;

/// <summary>
/// Exponential Adams-Bashforth on the noise, exact for polynomials of ln kappa: what diffusers calls DEIS (logrho). Zhang and
/// Chen 2022, arXiv:2204.13902, has polynomials of the time in its place (<see cref="DeisTime"/>) or of kappa (<see cref="Lms"/>).
/// </summary>
/// <param name="order">1 up; the first steps have fewer.</param>
/// <param name="lowerOrderEnd">Whether the last steps have no more order than steps are left.</param>
public sealed class Deis(int order = 2, bool lowerOrderEnd = false) : ISolver
{
    /// <inheritdoc/>
    public async Task<Tensor> SampleAsync(Tensor x, TimeGrid grid, IDenoiser denoiser, SamplingContext context)
    {
        var past = new List<(Tensor Noise, double LogKappa)>();   // newest first
        foreach (Step step in grid.Steps)
        {
            Prediction p = await denoiser.PredictAsync(x, step.Start).ConfigureAwait(false);
            past.Insert(0, (p.NoiseOfData, -step.From.Lambda));
            if (past.Count > order) past.RemoveAt(order);
            if (step.To.IsClean)
            {
                x = LinearCombination.Of((step.To.Alpha, p.Data));
                continue;
            }

            int used = Math.Min(past.Count, lowerOrderEnd ? grid.Steps.Count - step.Index : order);
            double[] nodes = [.. past.Take(used).Select(entry => entry.LogKappa)];
            double[] c = Lagrange.Integrals(nodes, -step.From.Lambda, -step.To.Lambda, rate: 1);
            x = LinearCombination.Of([
                (step.To.Alpha / step.From.Alpha, x),
                .. past.Take(used).Select((entry, i) => (step.To.Sigma * c[i], entry.Noise))]);
        }

        return x;
    }
}
