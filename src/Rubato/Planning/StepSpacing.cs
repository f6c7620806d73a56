namespace Rubato.Planning;

/// <summary>How the steps of a grid are spread over the steps of training.</summary>
public enum Spacing
{
    /// <summary>Multiples of a whole stride, from 0 up: the noisiest training steps may be left out.</summary>
    Leading,

    /// <summary>Evenly from the last training step to the first, both included.</summary>
    Linspace,

    /// <summary>Evenly from the last training step down, in strides that need not be whole.</summary>
    Trailing,
}

/// <summary>
/// The ways in which the reference implementations differ when they lay a grid of the same spacing. Each is the habit
/// of a family of solvers.
/// </summary>
public readonly record struct GridStyle
{
    /// <summary>DDPM and those that follow it: whole training steps.</summary>
    public static readonly GridStyle Ancestral;

    /// <summary>DDIM: each step goes down by a fixed stride, wherever the next one begins.</summary>
    public static readonly GridStyle Ddim = new() { FixedStride = true };

    /// <summary>Those that step in sigma / alpha: steps stay fractional.</summary>
    public static readonly GridStyle Kappa = new() { Fractional = true };

    /// <summary>DPM-Solver and its kin: one point more is laid, and the last is left to the final level.</summary>
    public static readonly GridStyle Multistep = new() { OpenEnd = true };

    /// <summary>Whether steps may fall between training steps.</summary>
    public bool Fractional { get; init; }

    /// <summary>Whether the grid is laid with one point more, of which the last is dropped.</summary>
    public bool OpenEnd { get; init; }

    /// <summary>Whether a step ends at its beginning less the whole stride T / N, even if the next begins elsewhere.</summary>
    public bool FixedStride { get; init; }
}

/// <summary>Fixed spacings over training steps, as diffusers has them (timestep_spacing).</summary>
public static class StepSpacing
{
    /// <summary>The training steps at which a grid stops, falling.</summary>
    /// <param name="spacing">How they are spread.</param>
    /// <param name="count">How many, 1 to <paramref name="trainingSteps"/>.</param>
    /// <param name="trainingSteps">Steps of training.</param>
    /// <param name="offset">Added to each step of <see cref="Spacing.Leading"/> (steps_offset; Stable Diffusion: 1).</param>
    /// <param name="style">The habits of the solver.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are more steps than the process has, or none.</exception>
    public static double[] Steps(Spacing spacing, int count, int trainingSteps, int offset = 0, GridStyle style = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, trainingSteps);
        int points = style.OpenEnd ? count + 1 : count, last = trainingSteps - 1;
        int whole = trainingSteps / points;
        double part = (double)trainingSteps / count;
        Func<int, double> step = spacing switch
        {
            Spacing.Linspace => i => Rounded(Even(points - 1 - i)),
            Spacing.Leading => i => Math.Min((points - 1 - i) * whole + offset, last),
            Spacing.Trailing => i => Math.Round(trainingSteps - i * part, MidpointRounding.ToEven) - 1,
            _ => throw new ArgumentOutOfRangeException(nameof(spacing), spacing, "is no spacing"),
        };
        return [.. Enumerable.Range(0, count).Select(step)];

        // As numpy has it: a multiple of the stride, whose rounding decides some halves; a lone point stands at 0.
        double Even(int k) => k == 0 ? 0 : k == points - 1 ? last : k * ((double)last / (points - 1));

        double Rounded(double value) => style.Fractional ? value : Math.Round(value, MidpointRounding.ToEven);
    }
}
