using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Rubato.Imaging;
using Rubato.Pipelines;
using Rubato.Sampling;
using Rubato.Tensors;
using Rubato.Tensors.Threads;

namespace Rubato.Cli.Commands;

/// <summary>
/// The options of the commands that draw. A value is tried on <see cref="GenerationOptions"/> while the line is parsed,
/// so that ranges stand in one place.
/// </summary>
internal sealed class DrawingOptions
{
    /// <summary>The sources of noise by the words that stand for them.</summary>
    public static readonly IReadOnlyDictionary<string, NoiseKind> NoiseWords =
        new Dictionary<string, NoiseKind>(StringComparer.OrdinalIgnoreCase)
        {
            ["rubato"] = NoiseKind.Rubato,
            ["torch-cpu"] = NoiseKind.TorchCpu,
            ["torch-cuda"] = NoiseKind.TorchCuda,
        };

    /// <summary>What changes nothing of a plan.</summary>
    private static readonly string[] Unplanned = ["--count", "--seed", "--noise", "--policy", "--precision"];

    private const int MostThreads = 1024;
    private const string Auto = "auto";

    private readonly List<Symbol> _symbols = [];
    private readonly List<Option> _horizons = [];
    private readonly List<Func<ParseResult, GenerationOptions, GenerationOptions>> _settings = [];
    private readonly Argument<string[]> _prompts = new("prompt")
    {
        Description = "What to draw: classes of the model, by name or number, or in words such as \"a photo of a horse\"; nothing draws "
            + "one picture of each class",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string?> _model = new("--model", "-m")
    {
        Description = $"The model's folder in diffusers' layout, or the name of a bundled model [default: {string.Join(", else ", ModelFinder.Defaults)}]",
        HelpName = "folder",
    };

    private readonly Option<string?> _structure = new("--structure")
    {
        Description = "A picture whose outlines the samples are to have, a drawing or a photo as PNG, for models that were trained so",
        HelpName = "picture",
    };

    private readonly Option<StructureKind> _structureAs = Option("--structure-as", [], "kind",
        $"What to take of it: {string.Join(", ", Structure.ByName.Keys)} [default: {Structure.Word(StructureKind.Edges)}]",
        tokens => Named(Structure.ByName, tokens[0].Value));

    private readonly Option<int> _count;
    private readonly Option<int?> _threads;
    private readonly Option<PrecisionChoice?> _precision;

    /// <param name="count">How the help tells the number of samples where none is given.</param>
    /// <param name="policies">The same of policies.</param>
    public DrawingOptions(string count, string policies = "the model's own")
    {
        _symbols.AddRange([_prompts, _model, _structure, _structureAs]);
        _count = Add("--count", ["-n"], "number", $"Samples of each prompt, with consecutive seeds [default: {count}]",
            text => Whole<int>(text), (options, value) => options with { Count = value });
        Add("--seed", ["-s"], "number", "Seed of the first sample [default: 1]",
            text => Whole<long>(text), (options, value) => options with { Seed = value });
        // Each replaces the others, where a record has one.
        _horizons.Add(Add("--steps", [], "number", "Steps of every grid [default: as many as the model finds that each request takes, or its own solver needs]",
            text => Whole<int>(text), (options, value) => options with { Steps = value, Budget = null, Tolerance = null }));
        _horizons.Add(Add("--budget", [], "steps", "Steps of the mean request, for models that estimate how many each one takes [default: the model's own]",
            Real, (options, value) => options with { Steps = null, Budget = value, Tolerance = null }));
        _horizons.Add(Add("--tolerance", [], "error", "As many steps as bring the foreseen error of each request down to this, the root mean square "
            + "in pixels from -1 to 1 such as 0.03, for models that estimate it",
            Real, (options, value) => options with { Steps = null, Budget = null, Tolerance = value }));
        Add("--solver", [], "name", "How the state moves; rubato solvers lists the names [default: the model's own]",
            text => text, (options, value) => options with { Solver = value });
        Add("--schedule", [], "name", "Where it stops on the way: a name that rubato solvers lists, kappas such as 14.6,4.2,1.2,0.3,0, or "
            + "training steps such as steps:999,850,736 [default: hybrid where the model finds the steps, else the solver's own]",
            text => text, (options, value) => options with { Schedule = value });
        Add("--guidance", [], "w", "Weight of classifier-free guidance; 1 is none [default: the model's own]",
            Real, (options, value) => options with { GuidanceScale = value });
        Add("--noise", [], "source", $"Where noise comes from: {string.Join(", ", NoiseWords.Keys)} [default: rubato]",
            text => Named(NoiseWords, text), (options, value) => options with { Noise = value });
        AddPolicies(policies);
        _precision = PrecisionOption("What large products are computed in", $" that keeps the picture [default: {Auto}]");
        _symbols.Add(_precision);
        _threads = Option("--threads", ["-t"], "number", "Threads to use [default: all cores]",
            tokens => (int?)Threads(tokens[0].Value));
        _symbols.Add(_threads);
    }

    /// <summary>Adds all of them to a command.</summary>
    public void AddTo(Command command) => Add(command, _symbols);

    /// <summary>Adds those that say by which model and how to draw, but not what and how much.</summary>
    public void AddMannerTo(Command command) => Add(command, _symbols.Where(symbol => symbol != _prompts && symbol != _count));

    /// <summary>Adds those that decide how one request is planned.</summary>
    public void AddPlanTo(Command command) => Add(command, _symbols.Where(symbol => !Unplanned.Contains(symbol.Name)));

    /// <summary>The first option on the line that says how to draw; null where there is none.</summary>
    public string? Given(ParseResult result) => _symbols.OfType<Option>()
        .FirstOrDefault(option => option != _threads && result.GetResult(option) is { Implicit: false })?.Name;

    /// <summary>Makes the threads that the line asks for.</summary>
    public void UseThreads(ParseResult result)
    {
        if (result.GetValue(_threads) is { } threads) WorkerTeam.Current = new WorkerTeam(threads);
    }

    private static void Add(Command command, IEnumerable<Symbol> symbols)
    {
        foreach (Symbol symbol in symbols)
        {
            if (symbol is Option option) command.Add(option);
            else command.Add((Argument)symbol);
        }
    }

    /// <summary>What is asked for: the given options, over those of <paramref name="start"/>.</summary>
    /// <exception cref="UsageException">Options are given of which one decides.</exception>
    public GenerationOptions Read(ParseResult result, GenerationOptions start)
    {
        if (_horizons.Count(option => result.GetResult(option) is { Implicit: false }) > 1)
        {
            throw new UsageException("--steps says how many all have, --budget how many they have in the mean, --tolerance how far off "
                + "each may be; give one of them.");
        }

        if (result.GetValue(_prompts) is { Length: > 0 } prompts) start = start with { Prompts = prompts };
        return _settings.Aggregate(start, (options, setting) => setting(result, options));
    }

    /// <summary>Opens the model, after the threads that it is to use are there.</summary>
    /// <param name="result">The parsed line.</param>
    /// <param name="app">Loads the model.</param>
    /// <param name="options">What is asked of it.</param>
    /// <param name="precision">The precision where none is given; null for the fastest.</param>
    /// <exception cref="UsageException">There is no such model, or it knows no such prompt, guidance or solver.</exception>
    public Drawing Open(ParseResult result, App app, GenerationOptions options, Precision? precision = null)
        => Open(result, app, precision, model =>
        {
            // One picture of each class, where nobody asks for more.
            if (options.Prompts.Count == 0 && model.Parts.Classes.Count > 0 && result.GetResult(_count) is null or { Implicit: true })
                options = options with { Count = 1 };
            options = Settled(result, model, options);
            return new Drawing(model, options with
            {
                Prompts = [.. model.SubjectsOf(options).Select(subject => subject.Prompt).OfType<string>()],
            });
        });

    /// <summary>Opens the model and makes of it what is asked for, which then owns it.</summary>
    /// <inheritdoc cref="Open(ParseResult, App, GenerationOptions, Precision?)"/>
    public T Open<T>(ParseResult result, App app, Precision? precision, Func<RubatoModel, T> make)
    {
        if (result.GetValue(_precision) is { } choice) precision = choice.Precision;
        UseThreads(result);
        RubatoModel model = app.Load(ModelFinder.Find(result.GetValue(_model)), precision);
        foreach (string notice in model.Parts.Notices) app.Terminal.Warn(notice);
        try
        {
            return make(model);
        }
        catch (Exception wrong) when (wrong is ArgumentException or FormatException)
        {
            model.Dispose();
            throw new UsageException(Plain(wrong), wrong);
        }
    }

    /// <summary>The options with the model's own where the line says nothing; prompts are left as they are.</summary>
    public GenerationOptions Settled(ParseResult result, RubatoModel model, GenerationOptions options)
    {
        Structure? structure = StructureOf(result, model.Parts) ?? options.Structure;
        return options with
        {
            Solver = options.Solver ?? model.Parts.DefaultSolver,
            Steps = options.Steps ?? (model.Parts.Horizons is null ? model.Parts.DefaultSteps : null),
            GuidanceScale = model.Parts.GuidanceOf(options.GuidanceScale, structure is not null),
            Structure = structure,
        };
    }

    private Structure? StructureOf(ParseResult result, Diffuser parts)
    {
        if (result.GetValue(_structure) is not { } path)
        {
            return result.GetResult(_structureAs) is null or { Implicit: true } ? null
                : throw new UsageException($"{_structureAs.Name} says what to take of a picture; {_structure.Name} names none.");
        }

        Shape sample = parts.Network.SampleShape;
        return Structure.Of(Png.Read(path), result.GetValue(_structureAs), sample[2], sample[1]);
    }

    private Option<T> Add<T>(
        string name, string[] aliases, string helpName, string description,
        Func<string, T> read, Func<GenerationOptions, T, GenerationOptions> apply)
    {
        Option<T> option = Option(name, aliases, helpName, description, tokens =>
        {
            T value = read(tokens[0].Value);
            _ = apply(new GenerationOptions(), value);
            return value;
        });
        _symbols.Add(option);
        _settings.Add((result, options) => result.GetResult(option) is { Implicit: false }
            ? apply(options, result.GetRequiredValue(option)) : options);
        return option;
    }

    private void AddPolicies(string standard)
    {
        Option<IReadOnlyList<IAdaptation>> option = Option("--policy", ["-p"], "name[:key=value,...]",
            $"What adapts the run, outermost first; repeatable: {string.Join(", ", Adaptations.ByName.Keys)}, or {Adaptations.None} "
            + $"for a full run [default: {standard}]",
            tokens => Adaptations.ParseAll([.. tokens.Select(token => token.Value)]));
        option.Arity = ArgumentArity.OneOrMore;
        _symbols.Add(option);
        _settings.Add((result, options) => result.GetResult(option) is { Implicit: false }
            ? options with { Policies = result.GetRequiredValue(option) } : options);
    }

    /// <summary>An option whose mistakes are told in our words.</summary>
    public static Option<T> Option<T>(
        string name, string[] aliases, string helpName, string description, Func<IReadOnlyList<Token>, T> read)
            => new(name, aliases)
            {
                Description = description,
                HelpName = helpName,
                CustomParser = argument =>
                {
                    try
                    {
                        return read(argument.Tokens);
                    }
                    catch (Exception wrong) when (wrong is FormatException or ArgumentException)
                    {
                        string given = string.Join(' ', argument.Tokens.Select(token => token.Value));
                        string problem = Plain(wrong).TrimEnd('.');
                        // What reads policies repeats the one that is wrong.
                        argument.AddError(problem.StartsWith(given, StringComparison.Ordinal) ? $"{name} {problem}."
                            : $"{name} {given}: {problem}.");
                        return default!;
                    }
                },
            };

    public static T Whole<T>(string text)
        where T : struct, System.Numerics.IBinaryInteger<T>
        => T.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out T value) ? value
            : throw new FormatException("must be a whole number");

    public static double Real(string text)
        => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
            && double.IsFinite(value) ? value
            : throw new FormatException("must be a number");

    /// <summary>What a name stands for.</summary>
    public static T Named<T>(IReadOnlyDictionary<string, T> names, string text)
        => names.TryGetValue(text, out T? named) ? named : throw new FormatException($"must be one of {string.Join(", ", names.Keys)}");

    /// <summary>An option that takes a whole number.</summary>
    public static Option<T?> Number<T>(string name, string description)
        where T : struct, System.Numerics.IBinaryInteger<T>
        => Option<T?>(name, [], "n", description, tokens => Whole<T>(tokens[0].Value));

    /// <summary>The option that names a precision.</summary>
    /// <param name="what">What it is for; how a help text begins.</param>
    /// <param name="fastest">What follows on the fastest; how it ends.</param>
    public static Option<PrecisionChoice?> PrecisionOption(string what, string fastest)
        => Option("--precision", [], "name", $"{what}: {string.Join(", ", PrecisionNames.ByName.Keys)}, or {Auto} for the fastest here{fastest}",
            tokens => (PrecisionChoice?)Precise(tokens[0].Value));

    private static PrecisionChoice Precise(string text)
        => text.Equals(Auto, StringComparison.OrdinalIgnoreCase) ? new PrecisionChoice(Precision: null)
            : PrecisionNames.ByName.TryGetValue(text, out Precision named) ? new PrecisionChoice(named)
            : throw new FormatException($"must be one of {string.Join(", ", PrecisionNames.ByName.Keys)}, {Auto}");

    public static int Threads(string text) => Whole<int>(text) is var threads and >= 1 and <= MostThreads ? threads
        : throw new FormatException($"must be from 1 to {MostThreads}");

    /// <summary>An argument's message without the parameter's name and value, which .NET appends.</summary>
    private static string Plain(Exception exception)
    {
        string message = exception.Message;
        int appended = message.IndexOf(" (Parameter '", StringComparison.Ordinal);
        return exception is ArgumentException && appended >= 0 ? message[..appended] : message;
    }

    /// <summary>A precision by its name; null for the fastest.</summary>
    public readonly record struct PrecisionChoice(Precision? Precision);
}
