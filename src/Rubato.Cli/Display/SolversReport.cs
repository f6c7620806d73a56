using System.Globalization;
using System.Text.Json;
using Rubato.Pipelines;
using Spectre.Console;

namespace Rubato.Cli.Display;

/// <summary>The solvers and schedules that can be named.</summary>
/// <param name="plot">Where their picture was written; null where nowhere.</param>
internal sealed class SolversReport(string? plot) : IReport
{
    public void Print(IAnsiConsole console)
    {
        Table table = Figures.Table("solver", "shown as", ">order", ">evaluations", "noise", "source");
        foreach (NamedSolver solver in SolverNames.All)
        {
            table.Row(solver.Name, solver.Title, solver.Order.ToString(CultureInfo.InvariantCulture),
                solver.Evaluations.ToString(CultureInfo.InvariantCulture), solver.IsStochastic ? "yes" : "", solver.Source);
        }

        console.Write(table);
        console.Line("Order of the error, for small steps; evaluations a step. Also known as:");
        foreach (NamedSolver solver in SolverNames.All.Where(solver => Others(solver).Any()))
            console.Line($"  {solver.Name,-20}{string.Join(", ", Others(solver))}");
        console.Line("");
        console.Line($"Schedules: {string.Join(", ", ScheduleNames.ByName.Keys)}.");
        console.Line("Case, blanks and a leading k_ or sample_ do not matter; a schedule may follow a solver's name: \"DPM++ 2M Karras\".");
        if (plot is not null) console.Fact("written", plot);
    }

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("command", "solvers");
        json.WriteStartArray("solvers");
        foreach (NamedSolver solver in SolverNames.All)
        {
            json.WriteStartObject();
            json.WriteString("name", solver.Name);
            json.WriteString("title", solver.Title);
            json.WriteStartArray("aliases");
            foreach (string alias in Others(solver)) json.WriteStringValue(alias);
            json.WriteEndArray();
            json.WriteNumber("order", solver.Order);
            json.WriteNumber("evaluations", solver.Evaluations);
            json.WriteBoolean("stochastic", solver.IsStochastic);
            json.WriteString("source", solver.Source);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("schedules");
        foreach (string name in ScheduleNames.ByName.Keys) json.WriteStringValue(name);
        json.WriteEndArray();
        if (plot is not null) json.WriteString("plot", plot);
        json.WriteEndObject();
    }

    private static IEnumerable<string> Others(NamedSolver solver)
        => new[] { solver.ClassName }.OfType<string>().Where(name => IsFirstOf(solver, name)).Concat(solver.Aliases);

    /// <summary>A class that several solvers come from finds the first of them.</summary>
    private static bool IsFirstOf(NamedSolver solver, string className) => SolverNames.Find(className, out _).Name == solver.Name;
}
