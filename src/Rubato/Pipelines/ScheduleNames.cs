using System.Globalization;
using Rubato.Files;
using Rubato.Planning;

namespace Rubato.Pipelines;

/// <summary>Schedules by the names that people know: where a run stops, whichever solver moves it.</summary>
public static class ScheduleNames
{
    private const string StepsPrefix = "steps:";

    /// <summary>The name of the schedules that a model's folder brings, fitted to its data.</summary>
    public const string Hybrid = "hybrid";

    /// <summary>All that have names; the command's help, the documentation and the tests enumerate this list.</summary>
    public static IReadOnlyDictionary<string, IPlanner> ByName { get; } = new Dictionary<string, IPlanner>(StringComparer.OrdinalIgnoreCase)
    {
        ["karras"] = new KarrasLevels(),
        ["exponential"] = new ExponentialLevels(),
        ["polyexponential"] = new PolyExponentialLevels(),
        ["kl_optimal"] = new KlOptimalLevels(),
        ["linear_quadratic"] = new LinearQuadraticLevels(),
        ["vp"] = new VpLevels(),
        ["simple"] = new ComfySteps(ComfySpacing.Simple),
        ["normal"] = new ComfySteps(ComfySpacing.Normal),
        ["sgm_uniform"] = new ComfySteps(ComfySpacing.SgmUniform),
        ["ddim_uniform"] = new ComfySteps(ComfySpacing.DdimUniform),
        ["beta"] = new ComfySteps(ComfySpacing.Beta),
        ["beta_kappa"] = new BetaLevels(),
        ["linspace"] = new SpacedSteps(Spacing.Linspace),
        ["leading"] = new SpacedSteps(Spacing.Leading) { Offset = 1 },
        ["trailing"] = new SpacedSteps(Spacing.Trailing),
        ["ays_sd15"] = TableLevels.StableDiffusion15,
        ["ays_sdxl"] = TableLevels.StableDiffusionXL,
        ["ays_svd"] = TableLevels.StableVideoDiffusion,
    };

    /// <summary>
    /// The schedule of a text: a name, a list of kappas such as <c>14.6,4.2,1.2,0.3,0</c>, or one of training steps such as
    /// <c>steps:999,850,736</c>.
    /// </summary>
    /// <exception cref="ArgumentException">The name is not known, or the list holds no numbers.</exception>
    public static IPlanner Find(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string name = text.Trim().Replace(' ', '_').Replace('-', '_');
        if (ByName.TryGetValue(name, out IPlanner? found)) return found;
        if (text.StartsWith(StepsPrefix, StringComparison.OrdinalIgnoreCase)) return new GivenSteps { Steps = Numbers(text[StepsPrefix.Length..], text) };
        return text.Contains(',', StringComparison.Ordinal) ? new GivenSigmas { Sigmas = Numbers(text, text) } : throw Unknown(text);
    }

    private static double[] Numbers(string list, string text)
        => [.. list.Split(',').Select(part
            => double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : throw Unknown(text))];

    private static ArgumentException Unknown(string text) => new(
        $"{Printable.Escape(text)} is no schedule; there are {string.Join(", ", ByName.Keys)}, lists of kappas and lists of {StepsPrefix}", nameof(text));
}
