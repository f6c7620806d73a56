using Rubato.Checkpoints;
using Rubato.Files;
using Rubato.Pipelines;
using Rubato.Planning;

namespace Rubato.Training.Horizons;

/// <summary>
/// What a network is adapted to in its last stage: the horizons that its module foresees at the budget of requests that name none, and
/// the schedules that are fitted for them. Neither changes while the network does. Part of the reconstruction of AC-Diff
/// (arXiv:2411.15199).
/// </summary>
internal sealed class HorizonAdaptation
{
    private readonly ConditionTimeSteps _module;
    private readonly HorizonRule _rule;
    private readonly HybridTables _tables;

    public HorizonAdaptation(ConditionTimeSteps module, double budget, HybridTables tables)
        => (_module, _rule, _tables) = (module, module.RuleOf(budget), tables);

    /// <summary>Loads both of a model's folder.</summary>
    /// <exception cref="CheckpointException">One is missing or damaged.</exception>
    public static HorizonAdaptation Load(string model)
    {
        string schedules = Path.Combine(model, DiffuserFolder.ScheduleFile), module = Path.Combine(model, DiffuserFolder.HorizonPart);
        return File.Exists(schedules) && File.Exists(Path.Combine(module, ConditionTimeSteps.ConfigFile))
            ? new HorizonAdaptation(ConditionTimeSteps.Load(module), new ModelNotes().Budget, HybridTablesFile.Read(schedules))
            : throw new CheckpointException(model, "has no schedules or no horizons that its network could be adapted to",
                "rubato train ac-diff makes both when the network has seen all of its pictures");
    }

    /// <summary>Copies both from one model's folder to another, where they are missing.</summary>
    public static void Copy(string from, string to)
    {
        string part = Path.Combine(from, DiffuserFolder.HorizonPart);
        string[] files = [Path.Combine(from, DiffuserFolder.ScheduleFile), .. Directory.Exists(part) ? Directory.EnumerateFiles(part) : []];
        foreach (string file in files.Where(File.Exists))
        {
            string copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            if (!File.Exists(copy)) AtomicFile.Write(copy, stream => stream.Write(File.ReadAllBytes(file)));
        }
    }

    /// <summary>The module's number of steps.</summary>
    /// <param name="subject">The class; null for none.</param>
    /// <param name="structure">The structure; null for none.</param>
    public int HorizonOf(int? subject, Structure? structure) => _rule.HorizonOf(_module.LawOf(subject, structure));

    /// <summary>The schedule that is fitted for a number of steps.</summary>
    public HybridSchedule ScheduleFor(int steps, SamplerKind kind) => _tables[kind].For(steps);
}
