using Rubato.Checkpoints;
using Rubato.Files;
using Rubato.Planning;
using Rubato.Policies;
using Rubato.Processes;
using Rubato.Sampling;
using Rubato.Tensors;

namespace Rubato.Pipelines;

/// <summary>
/// What diffusers' files cannot say of a model: <c>rubato.json</c> beside <c>model_index.json</c>. Every member is
/// optional, and so is the file.
/// </summary>
internal sealed record ModelNotes
{
    /// <summary>Its name in a model's folder.</summary>
    public const string FileName = "rubato.json";

    /// <summary>The key of <see cref="LevelInput"/>.</summary>
    public const string LevelInputKey = "level_input";

    private const string PromptsKey = "prompts", PoliciesKey = "policies";
    private const int MostPolicies = 100;
    private const int MostClasses = 100_000;
    private const int MostTrainingSteps = 100_000;

    /// <summary><c>data_range</c>: the numbers that are black and white.</summary>
    public (double Black, double White) Range { get; init; } = (-1, 1);

    /// <summary><c>time</c>: what the network is told of training step i is scale * (i + offset).</summary>
    public (double Scale, double Offset) TimeUnit { get; init; } = (1, 0);

    /// <summary><c>noise_schedule</c>: the tensor of the checkpoint that holds alpha^2, and its first entry that counts.</summary>
    public (string Tensor, int First)? NoiseSchedule { get; init; }

    /// <summary><c>classes</c>: their names, by index.</summary>
    public IReadOnlyList<string> Classes { get; init; } = [];

    /// <summary><c>guidance_scale</c>: w where the caller names none.</summary>
    public double Guidance { get; init; } = 1;

    /// <summary><c>structure_guidance_scale</c>: w with a structure where the caller names none; <see cref="Guidance"/> where it is not there.</summary>
    public double StructureGuidance { get; init; } = 1;

    /// <summary><c>steps</c>: steps of the grid where the caller names none.</summary>
    public int Steps { get; init; } = 50;

    /// <summary><c>policies</c>: what adapts a run where the caller names nothing, as texts; an empty list for a full run.</summary>
    public IReadOnlyList<IAdaptation> Policies { get; init; } = [new AdaptiveDiffusion()];

    /// <summary><c>budget</c>: steps of the mean request, where horizons are estimated and the caller names none.</summary>
    public double Budget { get; init; } = 20;

    /// <summary><c>structure</c>: whether what the network reads beside the state is <see cref="Structure"/>.</summary>
    public bool Structured { get; init; }

    /// <summary><c>level_input</c>: what the network is told of a level.</summary>
    public LevelInput LevelInput { get; init; }

    /// <summary><c>prompts</c>: name of the folder that holds what reads prompts; null where nothing does.</summary>
    public string? Prompts { get; init; }

    /// <summary>Reads the notes of a model's folder.</summary>
    /// <exception cref="CheckpointException">A member is not what it should be.</exception>
    public static ModelNotes Read(string folder)
    {
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path)) return new ModelNotes();
        ModelFolder.RequireInside(folder, path, path);
        ModelConfig config = ModelConfig.Read(path);
        double[] range = config.ReadDoubles("data_range", -1e6, 1e6, 2, [-1, 1]);
        if (range.Length != 2 || range[0] >= range[1])
            throw CheckpointException.OfKey(path, "data_range", "is no range", "it must be two numbers, black below white");
        double guidance = config.ReadDouble("guidance_scale", 0, 100, 1);
        return new ModelNotes
        {
            Range = (range[0], range[1]),
            TimeUnit = config.ReadObject("time") is { } time
                ? (time.ReadDouble("scale", 1e-9, 1e9, 1), time.ReadDouble("offset", -1e6, 1e6, 0)) : (1, 0),
            NoiseSchedule = config.ReadObject("noise_schedule") is { } table
                ? (table.ReadText("tensor"), table.ReadInt32("first", 0, MostTrainingSteps, 0)) : null,
            Classes = config.ReadTexts("classes", MostClasses, []),
            Structured = config.ReadBoolean("structure", fallback: false),
            LevelInput = config.ReadChoice(LevelInputKey, LevelInputNames.ByName, LevelInput.Level),
            Budget = config.ReadDouble("budget", HorizonRule.Fewest, HorizonRule.Most, 20),
            Steps = config.ReadInt32("steps", 1, GenerationOptions.MostSteps, 50),
            Guidance = guidance,
            StructureGuidance = config.ReadDouble("structure_guidance_scale", 0, 100, guidance),
            Prompts = PromptsOf(config),
            Policies = PoliciesOf(config),
        };
    }

    private static IReadOnlyList<IAdaptation> PoliciesOf(ModelConfig config)
    {
        if (!config.Has(PoliciesKey)) return [new AdaptiveDiffusion()];
        try
        {
            return [.. config.ReadTexts(PoliciesKey, MostPolicies).Select(Adaptations.Parse)];
        }
        catch (Exception wrong) when (wrong is FormatException or ArgumentException)
        {
            throw CheckpointException.OfKey(config.File, PoliciesKey, "names a policy that does not exist", wrong.Message);
        }
    }

    private static string? PromptsOf(ModelConfig config)
    {
        if (!config.Has(PromptsKey)) return null;
        string name = config.ReadText(PromptsKey);
        return ModelFolder.IsPlainFileName(name) ? name : throw CheckpointException.OfKey(config.File, PromptsKey,
            $"is \"{Printable.Escape(name)}\"", "it must be the name of a folder beside the file");
    }

    /// <summary>The process that the notes describe in place of the scheduler's; null where they say nothing of it.</summary>
    public VariancePreserving? Process(VariancePreserving scheduled, string weights)
    {
        if (NoiseSchedule is not { } stored) return TimeUnit == (1, 0) ? null : new(scheduled.AlphaBar) { TimeUnit = TimeUnit };
        using Checkpoint checkpoint = Checkpoint.Open(weights);
        Tensor table = new CheckpointWeights(checkpoint).Read(stored.Tensor);
        if (table.Count <= stored.First)
            throw new CheckpointException(weights, $"has {table.Count} entries in {Printable.Escape(stored.Tensor)}", $"more than {stored.First} are expected");
        return new VariancePreserving(table.AsSpan()[stored.First..]) { TimeUnit = TimeUnit };
    }
}
