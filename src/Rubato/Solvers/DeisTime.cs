using Rubato.Processes;
using Rubato.Sampling;
using Rubato.Tensors;

namespace Rubato.Solvers;

/// <summary>
/// DEIS as its paper has it, tAB: multistep weights exact for polynomials of the process's time. Zhang and Chen 2022,
/// arXiv:2204.13902, proposition 3.
/// </summary>
/// <param name="order">1 up, what the paper calls tAB0 to tAB3 are 1 to 4; the first steps have fewer.</param>
public sealed class DeisTime(int order = 3) : ISolver
{
    /// <inheritdoc/>
    public Coordinates Coordinates => Coordinates.Unscaled;

    /// <inheritdoc/>
    public async Task<Tensor> SampleAsync(Tensor x, TimeGrid grid, IDenoiser denoiser, SamplingContext context)
    {
        var past = new List<(Tensor Slope, double Time)>();   // newest first
        foreach (Step step in grid.Steps)
        {
            Prediction p = await denoiser.PredictAsync(x, step.Start).ConfigureAwait(false);
            past.Insert(0, (p.NoiseOfData, step.From.Time));
            if (past.Count > order) past.RemoveAt(order);
            double[] c = Weights([.. past.Select(entry => entry.Time)], step, grid);
            x = LinearCombination.Of([(1, x), .. past.Select((entry, i) => (c[i], entry.Slope))]);
        }

        return x;
    }

    /// <summary>The integrals of each node's polynomial of time over kappa, which the process ties to it.</summary>
    private static double[] Weights(double[] nodes, Step step, TimeGrid grid)
    {
        const int Pieces = 64;
        double from = step.From.Sigma, to = step.To.Sigma;
        double[] weights = new double[nodes.Length];
        for (int j = 0; j < nodes.Length; j++)
        {
            double sum = 0;
            // Simpson's rule over kappa, in even pieces of its logarithm where there is one
            for (int i = 0; i <= Pieces; i++)
            {
                double share = (double)i / Pieces, weight = i is 0 or Pieces ? 1 : i % 2 == 1 ? 4 : 2;
                double kappa = to > 0 ? from * Math.Pow(to / from, share) : from * (1 - share);
                double rate = to > 0 ? kappa * Math.Log(to / from) : -from;
                sum += weight * rate * Basis(nodes, j, grid.At(kappa).Time);
            }

            weights[j] = sum / (3 * Pieces);
        }

        return weights;
    }

    private static double Basis(double[] nodes, int j, double time)
    {
        double value = 1;
        for (int i = 0; i < nodes.Length; i++)
            if (i != j) value *= (time - nodes[i]) / (nodes[j] - nodes[i]);
        return value;
    }
}
