using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using Rubato.Cli.Commands;
using Rubato.Files;
using Rubato.Tensors;

namespace Rubato.Cli;

/// <summary>The whole command, for a terminal or for tests.</summary>
internal sealed class App(Terminal terminal)
{
    private const string Epilogue = """
        Exit codes:
          0    done
          1    failed: a file, a model or the machine is not as it should be
          2    the command line is not understood
          130  interrupted (Ctrl-C; a second one ends at once)
          143  terminated

        Environment:
          RUBATO_KERNELS  the kernel set to use, instead of the best one (rubato info lists them)
          RUBATO_THREADS  threads to use, instead of all cores
          RUBATO_DEBUG    1 shows where an unexpected error comes from
          NO_COLOR        no colours
        """;

    public Terminal Terminal => terminal;

    /// <summary>What opens a model's folder; tests put parts of their own here.</summary>
    public Func<string, Precision?, RubatoModel> Load { get; init; } = RubatoModel.Load;

    /// <summary>The exit code where the token was cancelled: it depends on the signal.</summary>
    public Func<int> Interrupted { get; init; } = () => ExitCode.Interrupted;

    /// <summary>The option of every command.</summary>
    public Option<bool> Json { get; } = new("--json")
    {
        Description = "Print one JSON object on stdout, and nothing else there",
        Recursive = true,
    };

    /// <summary>Runs a command line.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> RunAsync(IReadOnlyList<string> args, CancellationToken cancel = default)
    {
        // Without a command: what there is. Response files are off: a prompt may begin with @.
        ParseResult parsed = Root().Parse(args is [] ? ["--help"] : args,
            new ParserConfiguration { ResponseFileTokenReplacer = null });
        try
        {
            if (parsed.Action is ParseErrorAction || (Stray(parsed) ?? Empty(parsed)) is not null) throw Misread(parsed);
            var invocation = new InvocationConfiguration
            {
                Output = terminal.Out,
                Error = terminal.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,   // signals are Program's
            };
            return await parsed.InvokeAsync(invocation, cancel).ConfigureAwait(false);
        }
        catch (Exception exception)   // the last place where it can become a line that a person can read
        {
            return Report(exception, parsed.GetResult(Json) is { Implicit: false });
        }
    }

    private RootCommand Root()
    {
        var root = new RootCommand("Draws with diffusion models, and gives every sample just the computation that it needs.")
        {
            GenerateCommand.Create(this),
            PlanCommand.Create(this),
            CompareCommand.Create(this),
            TrainCommand.Create(this),
            TrainPromptsCommand.Create(this),
            EvaluateCommand.Create(this),
            SolversCommand.Create(this),
            InfoCommand.Create(this),
            BenchCommand.Create(this),
        };
        root.Add(Json);
        foreach (Option option in root.Options)
        {
            if (option is HelpOption help) help.Action = new HelpWithExamples(Epilogue);
            if (option is VersionOption version) version.Action = new PrintVersion();
        }

        return root;
    }

    private static UsageException Misread(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        string problem = (Stray(parsed) ?? (parsed.UnmatchedTokens is [string first, ..] ? first : null)) is { } unknown
            ? Unknown(command, unknown)
            : parsed.Errors is [] && Empty(parsed) is { } empty ? $"{empty} is empty."
            : string.Join(" ", parsed.Errors.Select(error => Printable.Escape(error.Message)).Distinct(StringComparer.Ordinal));
        return new UsageException($"{problem} See: rubato {PathOf(command)}--help");
    }

    /// <summary>
    /// A mistyped option, which the parser takes for the command's argument. What follows -- is meant as it stands.
    /// </summary>
    private static string? Stray(ParseResult parsed)
        => parsed.Tokens.Any(token => token.Type == TokenType.DoubleDash) ? null
            : parsed.CommandResult.Command.Arguments.Select(parsed.GetResult)
                .SelectMany(argument => argument?.Tokens ?? []).Select(token => token.Value)
                .FirstOrDefault(value => value.StartsWith('-'));

    /// <summary>What was given no text, as by a script whose variable is not set.</summary>
    private static string? Empty(ParseResult parsed)
        => parsed.CommandResult.Children.FirstOrDefault(child => child.Tokens.Any(token => token.Value.Length == 0)) switch
        {
            OptionResult option => option.Option.Name,
            ArgumentResult argument => argument.Argument.Name,
            _ => null,
        };

    /// <summary>The names that lead to a command, each with a blank behind it.</summary>
    private static string PathOf(Command command)
        => command is RootCommand ? "" : $"{command.Parents.OfType<Command>().Select(PathOf).FirstOrDefault()}{command.Name} ";

    private static string Unknown(Command command, string token)
    {
        string shown = Printable.Escape(token);
        if (command.Subcommands.Count > 0)
        {
            return token.StartsWith('-') ? $"{shown} is no option of {(command is RootCommand ? "rubato" : command.Name)}."
                : $"{shown} is no {(command is RootCommand ? "command" : "benchmark")}; there are {string.Join(", ", command.Subcommands.Select(known => known.Name))}.";
        }

        return token.StartsWith('-') ? $"{shown} is no option of {command.Name}."
            : $"{command.Name} takes one {command.Arguments[0].Name}, and \"{shown}\" is one too many; several words go in quotation marks.";
    }

    private int Report(Exception exception, bool json)
    {
        var failure = Failure.Of(exception);
        if (failure.Code == ExitCode.Interrupted) failure = failure with { Code = Interrupted() };
        if (Environment.GetEnvironmentVariable(Failure.DebugVariable) == "1") terminal.Error.WriteLine(exception);
        terminal.Error.WriteLine($"rubato: {failure.Message}");
        if (json) terminal.WriteJson(failure.Write);
        return failure.Code;
    }

    private sealed class PrintVersion : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            parseResult.InvocationConfiguration.Output.WriteLine($"rubato {Pipelines.GenerationRecord.Version}");
            return ExitCode.Success;
        }
    }
}
