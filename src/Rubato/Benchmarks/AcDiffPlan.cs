using Rubato.Planning;
using Rubato.Training.Horizons;

namespace Rubato.Benchmarks;

/// <summary>The parts of the study of AC-Diff.</summary>
[Flags]
internal enum AcDiffSections
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>How far deterministic runs end from their own long ones.</summary>
    Errors = 1,

    /// <summary>How pictures of ancestral runs are judged, without guidance.</summary>
    Distributions = 2,

    /// <summary>How those are judged whose conditions act in the reverse process alone.</summary>
    Reverse = 4,

    /// <summary>Pictures with guidance, with what adapts to the sample, and with a modern solver.</summary>
    Guided = 8,

    /// <summary>Which horizons the model estimates.</summary>
    Horizons = 16,

    /// <summary>How far runs end by another rule, schedule or solver, on fewer conditions.</summary>
    Ablations = 32,

    /// <summary>All of them.</summary>
    All = Errors | Distributions | Reverse | Guided | Horizons | Ablations,
}

/// <summary>How large the study of AC-Diff is.</summary>
internal sealed record AcDiffPlan
{
    /// <summary>Fewest and most conditions of errors, and how many there are where nobody says.</summary>
    public const int FewestSamples = 20, MostSamples = 1000;

    /// <summary>Fewest and most samples of each distribution.</summary>
    public const int FewestDistributionSamples = 100, MostDistributionSamples = 10_000;

    /// <summary>The mean steps of the paper's table.</summary>
    public const int PaperBudget = 141;

    /// <summary>Which parts are run.</summary>
    public AcDiffSections Sections { get; init; } = AcDiffSections.All;

    /// <summary>Conditions of errors and of horizons.</summary>
    public int Samples { get; init; } = MostSamples;

    /// <summary>Samples of each distribution without guidance.</summary>
    public int DistributionSamples { get; init; } = 2000;

    /// <summary>Samples with conditions in the reverse process alone: enough to tell it from the rest.</summary>
    public int ReverseSamples => Math.Min(500, DistributionSamples);

    /// <summary>Samples of each distribution with guidance: half of them, as a step costs two evaluations.</summary>
    public int GuidedSamples => Math.Max(2, DistributionSamples / 2);

    /// <summary>Mean steps.</summary>
    public IReadOnlyList<int> Budgets { get; init; } = [10, 20, 50, PaperBudget];

    /// <summary>Steps of R1, and of the runs that errors are taken to.</summary>
    public int FullSteps { get; init; } = HorizonRule.Most;

    /// <summary>Steps at which error curves are measured.</summary>
    public IReadOnlyList<int> Rungs { get; init; } = HorizonLadder.Steps;

    /// <summary>Steps of the run that they are measured to.</summary>
    public int RungReference { get; init; } = HorizonLadder.Reference;

    /// <summary>How often features are redrawn for an interval.</summary>
    public int Redraws { get; init; } = 200;

    /// <summary>w of the guided section; null to choose.</summary>
    public double? Guidance { get; init; }

    /// <summary>What w is chosen from.</summary>
    public IReadOnlyList<double> Guidances { get; init; } = [1.5, 2, 3, 4];

    /// <summary>Conditions that w is chosen on; nothing else is measured on them.</summary>
    public int ChoiceSamples { get; init; } = 250;

    /// <summary>Steps of the runs that w is chosen by.</summary>
    public int ChoiceSteps { get; init; } = 250;

    /// <summary>Mean steps of the modern solver.</summary>
    public IReadOnlyList<int> ModernBudgets { get; init; } = [10, 15, 20, 30];

    /// <summary>Mean steps of ablations: the budgets of the paper's kind, and one beyond.</summary>
    public IReadOnlyList<int> AblationBudgets { get; init; } = [20, 50, PaperBudget, 250];

    /// <summary>Conditions of ablations: pairs tell rows apart on few.</summary>
    public int AblationSamples => Math.Min(50, Samples);

    /// <summary>Whether error curves are measured: of as many conditions as errors are taken on, and of those that pictures add.</summary>
    public bool HasCurves => Has(AcDiffSections.Errors | AcDiffSections.Horizons | AcDiffSections.Distributions);

    /// <summary>
    /// Conditions in all: those that w is chosen on, then those that are reported. Sections do not change which they are, so that
    /// each may be measured by itself.
    /// </summary>
    public int Conditions => ChoiceSamples + Math.Max(Samples, DistributionSamples);

    /// <summary>Whether pictures are judged.</summary>
    public bool Judges => Has(AcDiffSections.Distributions | AcDiffSections.Reverse | AcDiffSections.Guided);

    /// <summary>Whether one of some parts is run.</summary>
    public bool Has(AcDiffSections some) => (Sections & some) != AcDiffSections.None;

    /// <summary>The same, so small that it takes a minute: whether it runs.</summary>
    public AcDiffPlan Quick() => this with
    {
        Samples = 8,
        DistributionSamples = 8,
        Budgets = [5, 10],
        FullSteps = 30,
        Rungs = [5, 7, 10],
        RungReference = 20,
        Redraws = 10,
        Guidances = [2, 4],
        ChoiceSamples = 4,
        ChoiceSteps = 10,
        ModernBudgets = [5],
        AblationBudgets = [5, 10],
    };
}
