using Rubato.Planning;

namespace Rubato.Training.Horizons;

/// <summary>What of a condition a module is shown; the rest is to it as if it were not there.</summary>
internal enum HorizonInputs
{
    /// <summary>All of it.</summary>
    Both,

    /// <summary>The class.</summary>
    Prompt,

    /// <summary>The structure.</summary>
    Structure,
}

/// <summary>What is known of the conditions that horizons are learned from.</summary>
/// <param name="Conditions">As a module is shown them.</param>
/// <param name="Errors">Measured ln d, for each condition and noise, by <see cref="HorizonLadder.Steps"/>.</param>
/// <param name="Denoised">What the network says of a picture of each condition.</param>
/// <param name="Classes">How many classes there are.</param>
internal sealed record HorizonMeasures(
    IReadOnlyList<HorizonCondition> Conditions, IReadOnlyList<double[][]> Errors, IReadOnlyList<Denoising> Denoised, int Classes)
{
    /// <summary>Places of the conditions that are learned from.</summary>
    public IReadOnlyList<int> Shown { get; } = Places(Conditions, heldOut: false);

    /// <summary>Places of those that are kept back.</summary>
    public IReadOnlyList<int> HeldOut { get; } = Places(Conditions, heldOut: true);

    /// <summary>Mean ln d of the shown conditions at the middle of the ladder.</summary>
    public double MeanError => Shown.Average(i => Errors[i].Average(curve => curve[Middle]));

    private static int Middle => HorizonLadder.Steps.Index().First(steps => steps.Item == ErrorLaw.Centre).Index;

    /// <summary>The same, of which modules are shown a part.</summary>
    public HorizonMeasures Showing(HorizonInputs inputs) => this with
    {
        Conditions = [.. Conditions.Select(condition => inputs switch
        {
            HorizonInputs.Prompt => condition with { Structure = null },
            HorizonInputs.Structure => condition with { Class = null },
            _ => condition,
        })],
    };

    private static int[] Places(IReadOnlyList<HorizonCondition> conditions, bool heldOut)
        => [.. Enumerable.Range(0, conditions.Count).Where(i => conditions[i].IsHeldOut == heldOut)];
}
