using Rubato.Processes;
using Rubato.Sampling;
using Rubato.Tensors;

namespace Rubato.Solvers;

/// <summary>
/// Pseudo linear multistep with Adams-Bashforth's constant weights. Liu et al. 2022, arXiv:2202.09778; calls and weights as
/// in diffusers.
/// </summary>
/// <param name="rungeKutta">
/// Whether the first three steps are pseudo Runge-Kutta ones of four evaluations each. Else the first is done twice: the
/// second stop of the grid stands twice in it (<see cref="Arrange"/>).
/// </param>
public sealed class Pndm(bool rungeKutta = false) : ISolver
{
    private const int Started = 3;   // steps by Runge-Kutta

    /// <summary>A grid in which the second stop stands twice, for the start without Runge-Kutta.</summary>
    public static TimeGrid Arrange(TimeGrid grid)
    {
        ArgumentNullException.ThrowIfNull(grid);
        return grid.Steps.Count == 1 ? grid
            : grid with { Steps = [.. grid.Steps.Take(2).Concat(grid.Steps.Skip(1)).Select((step, i) => step with { Index = i })] };
    }

    /// <inheritdoc/>
    public async Task<Tensor> SampleAsync(Tensor x, TimeGrid grid, IDenoiser denoiser, SamplingContext context)
    {
        var past = new List<Tensor>();   // outputs, newest first
        Prediction? begun = null;
        foreach (Step step in grid.Steps)
        {
            Prediction p = await denoiser.PredictAsync(x, step.Start).ConfigureAwait(false);
            if (!rungeKutta && step.Index == 1)
            {
                // The first step again, with the mean of both ends; the grid then goes on from this very stop.
                Step first = grid.Steps[0];
                Level from = first.To == step.From ? first.From : grid.Process.At(step.From.Time + Stride(first));
                x = Move(p, begun!.State, LinearCombination.Of((0.5, p.Output), (0.5, begun.Output)), from, step.From);
                continue;
            }

            begun ??= p;
            past.Insert(0, p.Output);
            bool begins = rungeKutta && step.Index < Started && step.Index < grid.Steps.Count - 1;
            x = begins ? await RungeKuttaAsync(p, grid, step.Index, denoiser).ConfigureAwait(false)
                : Move(p, x, AdamsBashforth.Combine(past), step.From, step.To);
        }

        return x;
    }

    private static async Task<Tensor> RungeKuttaAsync(Prediction k1, TimeGrid grid, int i, IDenoiser denoiser)
    {
        Level from = grid.Steps[i].From, end = grid.Steps[i + 1].From;
        double half = Stride(grid.Steps[i]) / 2;
        if (half > 1) half = Math.Floor(half);   // whole training steps
        Level middle = grid.Process.At(end.Time + half);
        Prediction k2 = await AskAsync(k1, grid.Process.At(from.Time - half), middle, 1).ConfigureAwait(false);
        Prediction k3 = await AskAsync(k2, middle, middle, 2).ConfigureAwait(false);
        Prediction k4 = await AskAsync(k3, grid.Process.At(middle.Time - half), end, 3).ConfigureAwait(false);
        return Move(k1, k1.State, LinearCombination.Of(
            (1.0 / 6, k1.Output), (1.0 / 3, k2.Output), (1.0 / 3, k3.Output), (1.0 / 6, k4.Output)), from, end);

        Task<Prediction> AskAsync(Prediction slope, Level to, Level at, int stage)
            => denoiser.PredictAsync(Move(k1, k1.State, slope.Output, from, to), new EvaluationPoint(i, stage, at));
    }

    private static double Stride(Step step) => step.From.Time - step.To.Time;

    /// <summary>DDIM's step with another output, read at the state that is moved.</summary>
    private static Tensor Move(Prediction p, Tensor x, Tensor output, Level from, Level to)
    {
        double kept = to.Alpha / from.Alpha;
        return LinearCombination.Of((kept, x), (to.Sigma - kept * from.Sigma, p.With(x, output, from).Noise));
    }
}
