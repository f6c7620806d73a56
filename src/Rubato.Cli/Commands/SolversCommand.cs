using System.CommandLine;
using System.Text;
using Rubato.Cli.Display;
using Rubato.Files;

namespace Rubato.Cli.Commands;

/// <summary>Lists solvers and schedules by their names.</summary>
internal static class SolversCommand
{
    public static Command Create(App app)
    {
        var plot = new Option<string?>("--plot") { Description = "Write a picture of every schedule's stops, as SVG", HelpName = "file" };
        Option<int> steps = DrawingOptions.Option("--steps", [], "number", "Steps of the grids in the picture [default: 20]",
            tokens => DrawingOptions.Whole<int>(tokens[0].Value) is var count and >= 1 and <= 100 ? count
                : throw new FormatException("must be from 1 to 100"));
        steps.DefaultValueFactory = _ => 20;
        var command = new ExampleCommand("solvers", "List the solvers and the schedules, with the names that find them.", """
              rubato solvers
              rubato solvers --plot schedules.svg
              rubato generate horse --solver "DPM++ 2M Karras" --steps 20
            """) { plot, steps };
        command.SetAction(result =>
        {
            string? path = result.GetValue(plot);
            if (path is not null)
            {
                path = OutputFile.Check(path, "--plot", "the picture is SVG", ".svg");
                AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(GridPlot.Draw(result.GetValue(steps)))));
            }

            app.Terminal.Show(new SolversReport(path), result.GetValue(app.Json));
            return ExitCode.Success;
        });
        return command;
    }
}
