using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Rubato.Cli;

/// <summary>A command whose help ends with examples.</summary>
internal sealed class ExampleCommand(string name, string description, string examples) : Command(name, description)
{
    /// <summary>Lines that can be typed as they stand.</summary>
    public string Examples => examples;
}

/// <summary>The usual help, of a width that does not change with the terminal's, and what is worth knowing below it.</summary>
internal sealed class HelpWithExamples(string epilogue) : SynchronousCommandLineAction
{
    private readonly HelpAction _usual = new() { MaxWidth = 110 };

    public override int Invoke(ParseResult parseResult)
    {
        int code = _usual.Invoke(parseResult);
        TextWriter output = parseResult.InvocationConfiguration.Output;
        output.WriteLine(parseResult.CommandResult.Command is ExampleCommand command ? $"Examples:\n{command.Examples}"
            : epilogue);
        return code;
    }
}
