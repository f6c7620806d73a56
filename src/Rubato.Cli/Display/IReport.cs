using System.Text.Json;
using Spectre.Console;

namespace Rubato.Cli.Display;

/// <summary>What a command found out or made, for people and for programs.</summary>
internal interface IReport
{
    /// <summary>Prints it for people. Text from files is escaped.</summary>
    void Print(IAnsiConsole console);

    /// <summary>Writes one JSON object.</summary>
    void Write(Utf8JsonWriter json);
}
