using Rubato.Processes;
using Rubato.Sampling;
using Rubato.Tensors;

namespace Rubato.Solvers;

/// <summary>
/// Linear multistep in kappa with exact weights: k-diffusion's sample_lms, and rho-AB of Zhang and Chen 2022,
/// arXiv:2204.13902.
/// </summary>
/// <param name="order">1 up; 4 is usual. The first steps have fewer.</param>
public sealed class Lms(int order = 4) : ISolver
{
    /// <inheritdoc/>
    public Coordinates Coordinates => Coordinates.Unscaled;

    /// <inheritdoc/>
    public async Task<Tensor> SampleAsync(Tensor x, TimeGrid grid, IDenoiser denoiser, SamplingContext context)
    {
        var past = new List<(Tensor Slope, double Kappa)>();   // newest first
        foreach (Step step in grid.Steps)
        {
            Prediction p = await denoiser.PredictAsync(x, step.Start).ConfigureAwait(false);
            past.Insert(0, (p.NoiseOfData, step.From.Sigma));
            if (past.Count > order) past.RemoveAt(order);
            // As in the references a run that begins midway weighs its slopes as if those before were there.
            double[] nodes = [.. past.Select(entry => entry.Kappa), .. grid.Skipped.Reverse().Select(skipped => skipped.From.Sigma)];
            double[] c = Lagrange.Integrals(nodes.AsSpan(0, Math.Min(nodes.Length, order)), step.From.Sigma, step.To.Sigma);
            x = LinearCombination.Of([(1, x), .. past.Select((entry, i) => (c[i], entry.Slope))]);
        }

        return x;
    }
}
