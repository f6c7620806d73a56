namespace Rubato.Benchmarks;

/// <summary>How large a study is. Seeds of choosing and of reporting are never the same.</summary>
internal sealed record StudyPlan
{
    /// <summary>The first seed that thresholds are chosen on.</summary>
    public const long FirstChoiceSeed = 1000;

    /// <summary>The first seed that is reported.</summary>
    public const long FirstSeed = 2000;

    /// <summary>Most reported seeds.</summary>
    public const int MostSamples = 256;

    /// <summary>Reported seeds of the main questions, from 2000 on; the side questions use a quarter of them.</summary>
    public required int Samples { get; init; }

    /// <summary>Steps of the grid.</summary>
    public int Steps { get; init; } = 50;

    /// <summary>Other steps that are tried.</summary>
    public IReadOnlyList<int> OtherSteps { get; init; } = [25, 15, 10];

    /// <summary>Shares of the evaluations at which the policy is compared; the headline is one of them.</summary>
    public IReadOnlyList<double> Shares { get; init; } = [0.75, 0.6, 0.45];

    /// <summary>The share of all other questions.</summary>
    public double Headline { get; init; } = 0.6;

    /// <summary>Thresholds of the table of settings.</summary>
    public IReadOnlyList<double> Thresholds { get; init; } = [0.0025, 0.005, 0.01, 0.02, 0.05, 0.1];

    /// <summary>Longest runs of skips in the table of settings.</summary>
    public IReadOnlyList<int> MaxSkips { get; init; } = [1, 2, 4, 6];

    /// <summary>Runs over the choice seeds that a threshold may cost.</summary>
    public int Trials { get; init; } = 6;

    /// <summary>Steps of the greedy search.</summary>
    public int GreedySteps { get; init; } = 25;

    /// <summary>Samples of the greedy search.</summary>
    public int GreedySamples => Math.Clamp(Samples / 64, 1, 4);

    /// <summary>A plan for a test: seconds on a tiny network.</summary>
    public static StudyPlan Quick(int samples) => new()
    {
        Samples = Math.Min(samples, 8),
        Steps = 20,
        OtherSteps = [10],
        Shares = [0.6],
        Thresholds = [0.01, 0.1],
        MaxSkips = [2, 4],
        Trials = 3,
        GreedySteps = 10,
    };

    /// <summary>Reported seeds.</summary>
    /// <param name="part">One of how many is used.</param>
    public long[] Seeds(int part = 1) => Range(FirstSeed, Samples / part);

    /// <summary>Seeds that thresholds are chosen on, a quarter as many as are reported.</summary>
    /// <param name="part">One of how many is used.</param>
    public long[] ChoiceSeeds(int part = 1) => Range(FirstChoiceSeed, Samples / 4 / part);

    private static long[] Range(long first, int count)
        => [.. Enumerable.Range(0, Math.Max(count, 2)).Select(i => first + i)];
}

/// <summary>What a point of a plot is.</summary>
internal enum PointRole
{
    /// <summary>Decides by the sample.</summary>
    Adaptive,

    /// <summary>Does not.</summary>
    Control,
}

/// <summary>A way to run, over all samples, beside the full runs of the same seeds.</summary>
/// <param name="Series">What it is: points of one name are a line.</param>
/// <param name="Group">What it is compared within: points of one group have equal mean evaluations.</param>
/// <param name="Role">Whether it decides by the sample.</param>
/// <param name="Settings">As the command takes them, or in words.</param>
/// <param name="Samples">How many.</param>
/// <param name="Evaluations">Mean forwards of the network.</param>
/// <param name="Share">Of those of the full run.</param>
/// <param name="Psnr">In dB, capped at 60.</param>
/// <param name="Ssim">Null for pictures smaller than its window.</param>
/// <param name="Perceptual">Null where no network for it is at hand.</param>
/// <param name="Lead">
/// By how many dB the group's first point is nearer to the full run, in pairs of one seed; null for the first point.
/// </param>
internal sealed record StudyPoint(
    string Series, string Group, PointRole Role, string Settings, int Samples, double Evaluations, double Share,
    Distribution Psnr, Distribution? Ssim, Distribution? Perceptual, Distribution? Lead);

/// <summary>Rows of texts.</summary>
/// <param name="Columns">Their heads.</param>
/// <param name="Rows">As many texts each.</param>
internal sealed record StudyTable(IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string>> Rows);

/// <summary>The answer to one question.</summary>
/// <param name="Id">A word for it.</param>
/// <param name="Title">Its heading.</param>
/// <param name="Method">How it was measured.</param>
/// <param name="Findings">What came out, a sentence each, whichever way it falls.</param>
/// <param name="Points">Ways to run; empty where there is a table alone.</param>
/// <param name="Table">Null where the points say all.</param>
internal sealed record StudySection(
    string Id, string Title, string Method, IReadOnlyList<string> Findings, IReadOnlyList<StudyPoint> Points, StudyTable? Table = null);

/// <summary>A whole study.</summary>
internal sealed record StudyResult
{
    /// <summary>Name of the model.</summary>
    public required string Model { get; init; }

    /// <summary>SHA-256 of its weights.</summary>
    public required string WeightsHash { get; init; }

    /// <summary>The setting of the main questions.</summary>
    public required Setting Setting { get; init; }

    /// <summary>How large it was.</summary>
    public required StudyPlan Plan { get; init; }

    /// <summary>What the perceptual distance is called; null where there was none.</summary>
    public required string? PerceptualName { get; init; }

    /// <summary>Two sentences.</summary>
    public required IReadOnlyList<string> Summary { get; init; }

    /// <summary>Question by question.</summary>
    public required IReadOnlyList<StudySection> Sections { get; init; }
}
