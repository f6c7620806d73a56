using System.Globalization;
using System.Text;
using Rubato.Files;
using Rubato.Guidance;
using Rubato.Imaging;
using Rubato.Networks;
using Rubato.Planning;
using Rubato.Policies;
using Rubato.Sampling;
using Rubato.Tensors;
using Rubato.Text;

namespace Rubato.Pipelines;

/// <summary>The parts of a diffusion model, loaded and fitted together.</summary>
public sealed record Diffuser
{
    private const int LongestPrompt = 4096;

    /// <summary>What people call it: the name of its folder.</summary>
    public required string Name { get; init; }

    /// <summary>SHA-256 of the weights' file, lower-case hexadecimal.</summary>
    public required string WeightsHash { get; init; }

    /// <summary>SHA-256 of all else that decides a trajectory of given options: process, limits, schedules.</summary>
    internal string SettingsHash { get; init; } = new('0', 64);

    /// <summary>The network.</summary>
    public required INetwork Network { get; init; }

    /// <summary>What the network's large products are computed in.</summary>
    public Precision Precision { get; init; }

    /// <summary>What its output means.</summary>
    public required OutputMeaning Meaning { get; init; }

    /// <summary>What its files say that means nothing here, in sentences; empty where all of it is read.</summary>
    public IReadOnlyList<string> Notices { get; init; } = [];

    /// <summary>Name of the solver that the model's files ask for.</summary>
    public required string DefaultSolver { get; init; }

    /// <summary>Steps where the caller names none: as many as that solver needs.</summary>
    public int DefaultSteps { get; init; } = 50;

    /// <summary>What adapts a run where the caller names nothing.</summary>
    public IReadOnlyList<IAdaptation> DefaultPolicies { get; init; } = [new AdaptiveDiffusion()];

    /// <summary>Estimates how many steps a request takes; null where nothing does.</summary>
    internal ConditionTimeSteps? Horizons { get; init; }

    /// <summary>Steps of the mean request where horizons are estimated and the caller names no budget.</summary>
    internal double DefaultBudget { get; init; } = 20;

    /// <summary>Makes solver and grid of what was chosen.</summary>
    public required Func<SamplerChoice, SchedulerPlan> Plan { get; init; }

    /// <summary>The range of the numbers in a clean sample, black to white.</summary>
    public (double Black, double White) Range { get; init; } = (-1, 1);

    /// <summary>Names of the classes, by index; empty for a model without conditions.</summary>
    public IReadOnlyList<string> Classes { get; init; } = [];

    /// <summary>w of guidance where the caller names none.</summary>
    public double DefaultGuidance { get; init; } = 1;

    /// <summary>
    /// w of guidance for samples with a structure, where the caller names none. Both the class and the structure are guided
    /// by, so less of it is enough.
    /// </summary>
    public double StructureGuidance { get; init; } = 1;

    /// <summary>
    /// What stands for no condition, where guidance asks for it and where nothing is to be shown: the row that was
    /// trained for it. Null where the network knows by itself.
    /// </summary>
    public Condition? NoCondition { get; init; }

    /// <summary>Whether the network can be asked without a condition; if not, w is 1.</summary>
    public bool CanGuide { get; init; } = true;

    /// <summary>Whether samples can be given a <see cref="Structure"/>.</summary>
    public bool ReadsStructure { get; init; }

    /// <summary>
    /// Reads a prompt that is no class's name or number: which class it asks for. Null where the model has nothing that
    /// reads.
    /// </summary>
    public Func<string, PromptReading>? ReadPrompt { get; init; }

    /// <summary>
    /// What prompts stand for, in their order: classes by name or number, or by any words where the model can read them.
    /// No prompt asks for every class.
    /// </summary>
    /// <exception cref="ArgumentException">The model has no such class, or takes no prompt.</exception>
    public IReadOnlyList<Subject> SubjectsOf(IReadOnlyList<string> prompts)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        if (Classes.Count == 0)
        {
            return prompts.Count == 0 ? [default]
                : throw new ArgumentException($"{Name} takes no prompt: it draws what it was trained on.", nameof(prompts));
        }

        return prompts.Count == 0 ? [.. Enumerable.Range(0, Classes.Count).Select(Class)]
            : [.. prompts.Select(SubjectOf)];
    }

    /// <summary>Which class a prompt asks for: by name or number, or as <see cref="ReadPrompt"/> reads it.</summary>
    public PromptReading ReadingOf(string prompt)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        return IndexOf(prompt) is { } named ? new PromptReading(named, 1) : ReadPrompt?.Invoke(prompt) ?? new PromptReading(Class: null, 1);
    }

    /// <summary>The w that a run is guided by.</summary>
    /// <param name="asked">Null for the model's own.</param>
    /// <param name="structured">Whether samples are given a structure.</param>
    /// <exception cref="ArgumentException">The model cannot be guided.</exception>
    public double GuidanceOf(double? asked, bool structured = false)
    {
        double scale = asked ?? (structured ? StructureGuidance : DefaultGuidance);
        return scale == 1 || CanGuide ? scale
            : throw new ArgumentException($"{Name} was trained with a class for every sample; its guidance can only be 1.", nameof(asked));
    }

    /// <summary>How a request is drawn.</summary>
    /// <exception cref="ArgumentException">
    /// The solver or schedule is not known, nothing estimates the horizons of a budget or a tolerance, or both are given.
    /// </exception>
    public SamplePlan PlanFor(Subject subject, GenerationOptions options)
    {
        if (Horizons is null && (options.Budget ?? options.Tolerance) is not null)
        {
            string asked = options.Budget is null ? "tolerance" : "budget";
            throw new ArgumentException($"{Name} estimates no horizons, so it keeps no {asked}; steps can be named.", nameof(options));
        }

        if (options is { Budget: not null, Tolerance: not null })
            throw new ArgumentException("A budget and a tolerance both decide the horizons; one of them can be given.", nameof(options));
        bool estimated = options.Steps is null && Horizons is not null;
        int steps = estimated ? HorizonOf(subject, options) : options.Steps ?? DefaultSteps;
        string solver = options.Solver ?? DefaultSolver;
        string? schedule = options.Schedule ?? SolverNames.ScheduleIn(solver) ?? (estimated ? ScheduleNames.Hybrid : null);
        SchedulerPlan plan = Plan(new SamplerChoice(solver, steps, schedule));
        return new SamplePlan(subject, steps, schedule, plan, estimated);
    }

    /// <summary>What the network is told of a class; null stands for none.</summary>
    internal Condition? ConditionOf(int? index) => index is { } label ? new ClassLabel(label) : NoCondition;

    /// <summary>What the network is told of a subject and a structure.</summary>
    /// <param name="subject">Null for no subject.</param>
    /// <param name="structure">Null for no structure.</param>
    /// <exception cref="ArgumentException">The model reads no structure, or draws pictures of another size.</exception>
    internal Condition? ConditionOf(Condition? subject, Structure? structure)
    {
        if (structure is null) return subject;
        if (!ReadsStructure) throw new ArgumentException($"{Name} takes no structure: it was not trained with any.", nameof(structure));
        Shape sample = Network.SampleShape;
        return (structure.Shown.Height, structure.Shown.Width) == (sample[1], sample[2]) ? new StructureCondition(subject ?? NoCondition, structure.Values)
            : throw new ArgumentException($"{Name} draws {sample[2]} x {sample[1]} pixels; the structure has "
                + $"{structure.Shown.Width} x {structure.Shown.Height}.", nameof(structure));
    }

    /// <summary>A clean sample [1, C, H, W] of one or three channels as a picture.</summary>
    internal Picture PictureOf(Tensor sample)
    {
        (int channels, int height, int width) = (sample.Shape[1], sample.Shape[2], sample.Shape[3]);
        var picture = new Picture(width, height, channels);
        ReadOnlySpan<float> values = sample.AsSpan();
        double scale = byte.MaxValue / (Range.White - Range.Black);
        for (int c = 0; c < channels; c++)
        {
            for (int i = 0; i < height * width; i++)
            {
                double level = (values[c * height * width + i] - Range.Black) * scale;
                picture.Pixels[i * channels + c] = (byte)Math.Clamp(Math.Round(level), 0, byte.MaxValue);
            }
        }

        return picture;
    }

    private int HorizonOf(Subject subject, GenerationOptions options)
    {
        ErrorLaw law = Horizons!.LawOf((subject.Condition as ClassLabel)?.Index, options.Structure);
        HorizonRule rule = options.Tolerance is { } error ? HorizonRule.Tolerance(error)
            : Horizons.RuleOf(options.Budget ?? DefaultBudget);
        return rule.HorizonOf(law);
    }

    private Subject SubjectOf(string prompt)
    {
        if (IndexOf(prompt) is { } named) return Class(named);
        RequireRecordable(prompt);
        if (ReadingOf(prompt).Class is { } read) return new Subject(prompt, new ClassLabel(read));
        string shown = Printable.Escape(prompt), classes = string.Join(", ", Classes.Select(Printable.Escape));
        throw new ArgumentException(ReadPrompt is null ? $"{Name} knows no class \"{shown}\"; there are {classes}."
            : $"\"{shown}\" names none of what {Name} draws: {classes}.", nameof(prompt));
    }

    /// <summary>Pictures carry their prompt: what cannot be written into one is refused before it is drawn.</summary>
    private static void RequireRecordable(string prompt)
    {
        if (prompt.Length > LongestPrompt || prompt.Contains('\0', StringComparison.Ordinal)
            || Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(prompt)) != prompt)
        {
            throw new ArgumentException($"\"{Printable.Escape(prompt)}\" is no prompt; it has at most {LongestPrompt} characters "
                + "of Unicode, and no NUL.", nameof(prompt));
        }
    }

    /// <summary>The index of a class that is asked for by name or number; null where there is none.</summary>
    private int? IndexOf(string prompt)
    {
        string name = prompt.Trim();
        for (int i = 0; i < Classes.Count; i++)
            if (Classes[i].Equals(name, StringComparison.OrdinalIgnoreCase)) return i;
        return int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int index) && index < Classes.Count ? index : null;
    }

    /// <summary>A class by the name that finds it again: its number where an earlier one has the same name.</summary>
    private Subject Class(int index) => new(
        IndexOf(Classes[index]) == index ? Classes[index] : index.ToString(CultureInfo.InvariantCulture), new ClassLabel(index));
}

/// <summary>How a run is stepped, as a person says it.</summary>
/// <param name="Solver">A solver's name, with settings where it has some: <c>euler_ancestral:eta=0.5</c>.</param>
/// <param name="Steps">Steps of the grid, at least 1.</param>
/// <param name="Schedule">A schedule's name or list; null for the one that belongs to model and solver.</param>
public readonly record struct SamplerChoice(string Solver, int Steps, string? Schedule = null);

/// <summary>What a sample shows.</summary>
/// <param name="Prompt">The prompt that asks for it again; null for a model without conditions.</param>
/// <param name="Condition">What the network is told of it.</param>
public readonly record struct Subject(string? Prompt, Condition? Condition);
