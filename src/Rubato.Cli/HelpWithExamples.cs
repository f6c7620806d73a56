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
        TextWriter output = parseResult.InvocationConfiguration.Output;
        using var usual = new StringWriter { NewLine = output.NewLine };
        parseResult.InvocationConfiguration.Output = usual;
        int code = _usual.Invoke(parseResult);
        parseResult.InvocationConfiguration.Output = output;
        output.Write(WithoutArgumentsOfParents(usual.ToString(), parseResult.CommandResult.Command));
        output.WriteLine(parseResult.CommandResult.Command is ExampleCommand command ? $"Examples:\n{command.Examples}"
            : epilogue);
        return code;
    }

    /// <summary>The usage line names what a parent takes when it is run itself: its command beside it does not take that.</summary>
    private static string WithoutArgumentsOfParents(string text, Command command)
    {
        foreach (Command parent in command.Parents.OfType<Command>().Where(parent => parent.Arguments.Count > 0))
        {
            string taken = string.Concat(parent.Arguments.Select(argument => $" <{argument.Name}>"));
            text = text.Replace($"{parent.Name}{taken} {command.Name}", $"{parent.Name} {command.Name}", StringComparison.Ordinal);
        }

        return text;
    }
}
