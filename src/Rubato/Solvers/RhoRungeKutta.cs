using Rubato.Processes;
using Rubato.Sampling;
using Rubato.Tensors;

namespace Rubato.Solvers;

/// <summary>
/// Explicit Runge-Kutta methods in kappa: rho-RK of Zhang and Chen 2022, arXiv:2204.13902, section 3.3. As many evaluations a
/// step as stages, but for one in a step to the clean level.
/// </summary>
/// <param name="order">2 is the midpoint rule, 3 Kutta's method, 4 the classical one.</param>
public sealed class RhoRungeKutta(int order = 4) : ISolver
{
    /// <summary>Where each stage stands, what the stages before it weigh, and what all weigh in the end.</summary>
    private static readonly Dictionary<int, (double[] At, double[][] Inner, double[] Outer)> Tableaus = new()
    {
        [2] = ([0, 0.5], [[], [0.5]], [0, 1]),
        [3] = ([0, 0.5, 1], [[], [0.5], [-1, 2]], [1.0 / 6, 2.0 / 3, 1.0 / 6]),
        [4] = ([0, 0.5, 0.5, 1], [[], [0.5], [0, 0.5], [0, 0, 1]], [1.0 / 6, 1.0 / 3, 1.0 / 3, 1.0 / 6]),
    };

    private readonly (double[] At, double[][] Inner, double[] Outer) _tableau = Tableaus.TryGetValue(order, out var found) ? found
        : throw new ArgumentOutOfRangeException(nameof(order), order, "must be 2, 3 or 4");

    /// <inheritdoc/>
    public Coordinates Coordinates => Coordinates.Unscaled;

    /// <inheritdoc/>
    public async Task<Tensor> SampleAsync(Tensor x, TimeGrid grid, IDenoiser denoiser, SamplingContext context)
    {
        foreach (Step step in grid.Steps)
        {
            double from = step.From.Sigma, h = step.To.Sigma - from;
            var slopes = new List<Tensor>();
            int stages = step.To.IsClean ? 1 : order;
            for (int k = 0; k < stages; k++)
            {
                Level level = k == 0 ? step.From : _tableau.At[k] == 1 ? step.To : grid.At(from + _tableau.At[k] * h);
                Tensor state = k == 0 ? x : Moved(_tableau.Inner[k]);
                Prediction p = await denoiser.PredictAsync(state, new EvaluationPoint(step.Index, k, level)).ConfigureAwait(false);
                slopes.Add(p.NoiseOfData);
            }

            x = Moved(stages == 1 ? [1] : _tableau.Outer);

            Tensor Moved(double[] weights) => LinearCombination.Of([(1, x), .. weights.Select((w, i) => (h * w, slopes[i]))]);
        }

        return x;
    }
}
