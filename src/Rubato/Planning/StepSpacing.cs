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

/// <summary>Fixed spacings over training steps, as diffusers has them (timestep_spacing).</summary>
public static class StepSpacing
{
    /// <summary>The training steps at which a grid stops, falling.</summary>
    /// <param name="spacing">How they are spread.</param>
    /// <param name="count">
    /// How many, 1 to <paramref name="trainingSteps"/>, or one less where a point is dropped.
    /// </param>
    /// <param name="trainingSteps">Steps of training.</param>
    /// <param name="offset">
    /// Added to each step of <see cref="Spacing.Leading"/> (steps_offset; Stable Diffusion: 1).
    /// </param>
    /// <param name="style">The habits of the solver.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are more steps than the process has, or none.</exception>
    public static double[] Steps(
        Spacing spacing, int count, int trainingSteps, int offset = 0, GridStyle style = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        int points = style.OpenEnd && spacing != Spacing.Trailing ? count + 1 : count, last = trainingSteps - 1;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(points, trainingSteps, nameof(count));
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
