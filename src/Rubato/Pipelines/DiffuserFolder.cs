using System.Security.Cryptography;
using System.Text;
using Rubato.Checkpoints;
using Rubato.Files;
using Rubato.Networks;
using Rubato.Planning;
using Rubato.Processes;
using Rubato.Sampling;
using Rubato.Tensors;
using Rubato.Text;

namespace Rubato.Pipelines;

/// <summary>Loads a model's folder in diffusers' layout: <c>model_index.json</c> with a network and a scheduler.</summary>
public static class DiffuserFolder
{
    /// <summary>In a model's folder: the schedules that were fitted to its data.</summary>
    internal const string ScheduleFile = "hybrid_schedule.json";

    /// <summary>In a model's folder: what estimates horizons.</summary>
    internal const string HorizonPart = "horizon";

    private const string NetworkPart = "unet";
    private const string SchedulerPart = "scheduler";
    private const string TokenizerPart = "tokenizer";
    private const string SchedulerFile = "scheduler_config.json";

    private static readonly HashSet<ComponentClass> Known =
    [
        .. Architectures.ByClass.Keys.SelectMany(name => new ComponentClass[] { new("diffusers", name), new("rubato", name) }),
        .. DiffusersScheduler.Classes.Select(name => new ComponentClass("diffusers", name)),
    ];

    /// <inheritdoc cref="RubatoModel.Load"/>
    /// <param name="folder">The folder.</param>
    /// <param name="precision">What the network's large products are computed in.</param>
    public static Diffuser Load(string folder, Precision precision = Precision.Float32)
    {
        RequireModel(folder);
        var index = ModelIndex.Read(folder, Known);
        string network = FolderOf(index, folder, NetworkPart);
        string configPath = Path.Combine(FolderOf(index, folder, SchedulerPart), SchedulerFile);
        ModelFolder.RequireInside(folder, configPath, configPath);
        ModelConfig config = ModelConfig.Read(configPath);
        ModelNotes notes = ModelNotes.Read(folder);

        var scheduler = DiffusersScheduler.Read(config);
        VariancePreserving? process = scheduler.Meaning.Process is VariancePreserving scheduled
            ? notes.Process(scheduled, network) : null;
        INetwork loaded = Architectures.Load(network, precision);
        if (notes.Structured && loaded is not UNet2DModel { Options.StructureChannels: Structure.Channels })
        {
            throw new CheckpointException(network, "reads no structure, which rubato.json says it does",
                $"such a network reads {Structure.Channels} channels more than it predicts");
        }

        bool told = loaded is UNet2DModel { Options.ReadsLength: true };
        if (told != (notes.LevelInput == LevelInput.FractionAndHorizon))
        {
            throw new CheckpointException(network, $"is told {(told ? "" : "no ")}lengths of trajectories",
                $"rubato.json says that it is told {LevelInputNames.Of(notes.LevelInput)} (level_input)");
        }

        var classes = ModelClasses.Read(index, folder, notes, loaded);
        string schedules = Path.Combine(folder, ScheduleFile);
        HybridTables? tables = File.Exists(schedules) ? HybridTablesFile.Read(schedules) : null;
        return new Diffuser
        {
            Name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))),
            WeightsHash = Checkpoint.HashOf(network),
            SettingsHash = HashOf(configPath, schedules, notes),
            Network = loaded,
            Precision = precision,
            Meaning = With(scheduler, process).Meaning with { LevelInput = notes.LevelInput },
            Notices = scheduler.UnknownKeys is { Count: > 0 } unknown
                ? [$"{configPath}: {scheduler.ClassName} has no use for {string.Join(", ", unknown.Select(Printable.Escape))}"] : [],
            DefaultSolver = SolverNames.Of(config),
            DefaultSteps = notes.Steps,
            Plan = choice => Plan(config, process, tables, choice),
            Horizons = Directory.Exists(Path.Combine(folder, HorizonPart)) ? ConditionTimeSteps.Load(Path.Combine(folder, HorizonPart)) : null,
            DefaultBudget = notes.Budget,
            DefaultPolicies = notes.Policies,
            Range = notes.Range,
            Classes = classes.Names,
            NoCondition = classes.None,
            CanGuide = classes.HasNone,
            DefaultGuidance = notes.Guidance,
            ReadsStructure = notes.Structured,
            StructureGuidance = notes.StructureGuidance,
            ReadPrompt = notes.Prompts is null ? null : Reader(folder, notes.Prompts, classes.Names),
        };
    }

    private static void RequireModel(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"{folder}: there is no such folder; a model is a folder with {ModelIndex.FileName}.");
        if (IsModel(folder)) return;
        string? inner = Directory.EnumerateDirectories(folder).Order(StringComparer.Ordinal).FirstOrDefault(IsModel);
        throw new FileNotFoundException($"{folder}: has no {ModelIndex.FileName}, so it is no model{(inner is null ? "" : $"; {inner} is one")}.");

        static bool IsModel(string folder) => File.Exists(Path.Combine(folder, ModelIndex.FileName));
    }

    /// <summary>Reads prompts with a part of the folder, which is loaded for the first of them: names of classes do without.</summary>
    private static Func<string, PromptReading> Reader(string folder, string part, IReadOnlyList<string> classes)
    {
        var encoder = new Lazy<PromptEncoder>(() =>
        {
            string path = Path.Combine(folder, part);
            PromptEncoder loaded = PromptFolder.Load(path, Path.Combine(folder, TokenizerPart));
            return loaded.Classes.SequenceEqual(classes, StringComparer.Ordinal) ? loaded
                : throw new CheckpointException(path, $"reads prompts for {Printable.List([.. loaded.Classes])}",
                    $"the model draws {Printable.List([.. classes])}");
        });
        return prompt => encoder.Value.Read(prompt);
    }

    private static SchedulerPlan Plan(ModelConfig config, VariancePreserving? process, HybridTables? tables, SamplerChoice choice)
    {
        var settings = Settings.Parse(choice.Solver);
        NamedSolver solver = SolverNames.Find(settings.Name, out string? trailing);
        DiffusersScheduler scheduler = solver.Bind(config);
        if ((choice.Schedule ?? trailing) is { } schedule) scheduler = scheduler.On(PlannerOf(schedule, solver, tables));
        return With(scheduler, process).Plan(solver.Call(choice.Steps, settings));
    }

    private static IPlanner PlannerOf(string schedule, NamedSolver solver, HybridTables? tables)
    {
        if (!schedule.Equals(ScheduleNames.Hybrid, StringComparison.OrdinalIgnoreCase)) return ScheduleNames.Find(schedule);
        return tables is null
            ? throw new ArgumentException($"The schedule {ScheduleNames.Hybrid} is fitted to a model's data; this model comes with none.", nameof(schedule))
            : new HybridLevels(tables[solver.IsStochastic ? SamplerKind.Ancestral : SamplerKind.Deterministic]);
    }

    private static DiffusersScheduler With(DiffusersScheduler scheduler, VariancePreserving? process)
        => process is null ? scheduler : scheduler.Over(process);

    private static string FolderOf(ModelIndex index, string folder, string component)
        => index.Components.TryGetValue(component, out ModelComponent? found) ? found.Folder
            : throw new CheckpointException(Path.Combine(folder, ModelIndex.FileName), $"names no component \"{component}\"",
                $"a model has the components \"{NetworkPart}\" and \"{SchedulerPart}\"");

    /// <summary>SHA-256 over the scheduler's file, fitted schedules, and what of the notes is no default for people.</summary>
    private static string HashOf(string config, string schedules, ModelNotes notes)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(File.ReadAllBytes(config));
        if (File.Exists(schedules)) hash.AppendData(File.ReadAllBytes(schedules));
        hash.AppendData(Encoding.UTF8.GetBytes(FormattableString.Invariant(
            $"{notes.Range} {notes.TimeUnit} {notes.NoiseSchedule} {notes.LevelInput}")));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
