using Rubato.Sampling;
using Rubato.Tensors;

namespace Rubato.Solvers;

/// <summary>
/// Draws what a mask leaves open, so that it fits what is known: DDIM on the open part, the noised picture on the rest, and
/// jumps back so that both agree. Lugmayr et al. 2022, arXiv:2201.09865, algorithm 1 and figure 9.
/// </summary>
/// <param name="known">The picture, in the shape of the state.</param>
/// <param name="mask">1 where it is known, 0 where it is to be drawn; the shape of the state.</param>
public sealed class RePaint(Tensor known, Tensor mask) : ISolver
{
    /// <summary>How many steps a jump goes back; at least 1.</summary>
    public int JumpLength { get; init; } = 10;

    /// <summary>How often each stretch is gone through; 1 jumps nowhere.</summary>
    public int Passages { get; init; } = 10;

    /// <summary>0 as DDIM, 1 as noisy as DDPM.</summary>
    public double Eta { get; init; }

    /// <inheritdoc/>
    public async Task<Tensor> SampleAsync(Tensor x, TimeGrid grid, IDenoiser denoiser, SamplingContext context)
    {
        int done = 0, at = grid.Steps.Count;   // steps that are left
        var jumps = new Dictionary<int, int>();
        for (int stop = 0; stop < grid.Steps.Count - JumpLength; stop += JumpLength) jumps[stop] = Passages - 1;
        while (at > 0)
        {
            Step step = grid.Steps[^at] with { Index = done++ };
            at--;
            Prediction p = await denoiser.PredictAsync(x, step.Start).ConfigureAwait(false);
            Tensor noise = context.DrawNoise(x);
            double deviation = Eta * Ddim.Deviation(step);
            double direction = Math.Sqrt(Math.Max(step.To.Sigma * step.To.Sigma - deviation * deviation, 0));
            Tensor open = LinearCombination.Of((step.To.Alpha, p.Data), (direction, p.Noise), (deviation, noise));
            Tensor kept = LinearCombination.Of((step.To.Alpha, known), (step.To.Sigma, noise));
            x = open + mask * (kept - open);
            if (jumps.GetValueOrDefault(at) <= 0) continue;
            jumps[at]--;
            for (int i = 0; i < JumpLength; i++) x = Undo(x, grid.Steps[^++at], grid, context);
        }

        return x;
    }

    /// <summary>One stride back, in the single steps of training. As in the reference they are those above the stop, not below it.</summary>
    private static Tensor Undo(Tensor x, Step step, TimeGrid grid, SamplingContext context)
    {
        double stride = grid.Steps[0].From.Time - grid.Steps[0].To.Time;
        for (double time = step.From.Time; time < step.From.Time + stride; time++)
        {
            double kept = grid.Process.At(time).Alpha / (time > 0 ? grid.Process.At(time - 1).Alpha : 1);
            x = LinearCombination.Of((kept, x), (Math.Sqrt(1 - kept * kept), context.DrawNoise(x)));
        }

        return x;
    }
}
