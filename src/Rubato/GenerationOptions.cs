using Rubato.Pipelines;
using Rubato.Planning;
using Rubato.Sampling;

namespace Rubato;

/// <summary>Where the start noise of a sample comes from.</summary>
public enum NoiseKind
{
    /// <summary>Rubato's own counter-based stream.</summary>
    Rubato,

    /// <summary>PyTorch's CPU generator, for parity with diffusers and ComfyUI.</summary>
    TorchCpu,

    /// <summary>PyTorch's CUDA generator, for parity with A1111.</summary>
    TorchCuda,
}

/// <summary>What to make, and how.</summary>
public sealed record GenerationOptions
{
    /// <summary>Most samples of one call.</summary>
    public const int MostSamples = 4096;

    /// <summary>Most steps of a grid.</summary>
    public const int MostSteps = 1000;

    /// <summary>
    /// What to draw: classes of the model, by name or number, or in any words where the model can read them. None asks a
    /// model of classes for every one of them; a model without conditions takes none.
    /// </summary>
    public IReadOnlyList<string> Prompts { get; init; } = [];

    /// <summary>The structure that all samples are to have; null for none.</summary>
    public Structure? Structure { get; init; }

    /// <summary>Number of samples of each prompt, 1 to 4096, which is also the most of all prompts together.</summary>
    public int Count { get; init => field = Checked(value, 1, MostSamples, nameof(Count)); } = 1;

    /// <summary>Seed of the first sample of each prompt; sample k has Seed + k, alone or among others.</summary>
    public long Seed { get; init => field = Checked(value, 0, long.MaxValue - MostSamples, nameof(Seed)); } = 1;

    /// <summary>
    /// Steps of the grid, 1 to 1000: the evaluations of a run without adaptivity, for a solver of one stage. Null for as many
    /// as the model's own solver needs.
    /// </summary>
    public int? Steps { get; init => field = value is { } steps ? Checked(steps, 1, MostSteps, nameof(Steps)) : null; }

    /// <summary>
    /// Steps of the mean request, 4 to 1000, for models that estimate how many each one takes; null for the model's own
    /// budget. Where <see cref="Steps"/> are named, all have those.
    /// </summary>
    public double? Budget
    {
        get;
        init => field = value is { } budget ? Checked(budget, HorizonRule.Fewest, HorizonRule.Most, nameof(Budget)) : null;
    }

    /// <summary>
    /// The error that each request is allowed, above 0 and at most 2, for models that estimate how many steps each one takes: as
    /// many as bring the foreseen root mean square difference from the exact end of the trajectory, in a range of -1 to 1, to it, but
    /// from 4 to 1000. Null for a budget, with which it cannot stand. Where <see cref="Steps"/> are named, all have those.
    /// </summary>
    public double? Tolerance
    {
        get;
        init => field = value is null or (> 0 and <= 2) ? value
            : throw new ArgumentOutOfRangeException(nameof(Tolerance), value, "must be above 0 and at most 2");
    }

    /// <summary>Name of the solver; null for the model's own.</summary>
    public string? Solver { get; init; }

    /// <summary>
    /// Name of the schedule, or a list in its place (<see cref="Pipelines.ScheduleNames"/>); null for the one that belongs to
    /// model and solver.
    /// </summary>
    public string? Schedule { get; init; }

    /// <summary>w of classifier-free guidance, 0 to 100; 1 is none; null for the model's own.</summary>
    public double? GuidanceScale
    {
        get;
        init => field = value is null or (>= 0 and <= 100) ? value
            : throw new ArgumentOutOfRangeException(nameof(GuidanceScale), value, "must be from 0 to 100");
    }

    /// <summary>Policies and guidance rules, outermost first; empty for a full run, null for the model's own.</summary>
    public IReadOnlyList<IAdaptation>? Policies { get; init; }

    /// <summary>Where noise comes from.</summary>
    public NoiseKind Noise { get; init; }

    private static T Checked<T>(T value, T min, T max, string name)
        where T : IComparable<T>
        => value.CompareTo(min) >= 0 && value.CompareTo(max) <= 0 ? value
            : throw new ArgumentOutOfRangeException(name, value, $"must be from {min} to {max}");
}
