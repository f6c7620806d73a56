using System.CommandLine;
using Rubato.Benchmarks;
using Rubato.Cli.Display;
using Rubato.Pipelines;
using Rubato.Text;

namespace Rubato.Cli.Commands;

/// <summary>Says how a request would be drawn, and draws nothing.</summary>
internal static class PlanCommand
{
    public static Command Create(App app)
    {
        var drawing = new DrawingOptions("1");
        var command = new ExampleCommand("plan", "Say how a request would be drawn: what was understood, in how many steps, on which levels, and "
            + "what it costs.", """
              rubato plan "a photo of a horse"
              rubato plan "a red truck" --structure sketch.png --budget 20
              rubato plan "a red truck" --tolerance 0.03
              rubato plan frog --steps 12 --schedule karras --json
            """);
        drawing.AddPlanTo(command);
        command.SetAction(result => Run(app, result, drawing));
        return command;
    }

    private static int Run(App app, ParseResult result, DrawingOptions drawing)
    {
        GenerationOptions options = drawing.Read(result, new GenerationOptions());
        if (options.Prompts.Count > 1) throw new UsageException($"a plan is for one request; there are {options.Prompts.Count}. Quotes make one of several words.");
        PlanReport report = drawing.Open(result, app, precision: null, model =>
        {
            Diffuser parts = model.Parts;
            string? prompt = options.Prompts is [string only] ? only : null;
            PromptReading? reading = prompt is null ? null : parts.ReadingOf(prompt);
            GenerationOptions settled = drawing.Settled(result, model, options);
            SamplePlan plan = parts.PlanFor(new Subject(prompt, parts.ConditionOf(reading?.Class)), settled);
            int calls = new CallCount(parts).Of(settled.Solver!, plan.Steps, plan.Schedule) ?? plan.Steps;
            bool guided = (reading?.Class is not null || settled.Structure is not null) && settled.GuidanceScale != 1;
            return new PlanReport(model, settled, plan, reading, guided ? 2 * calls : calls);
        });
        using (report) app.Terminal.Show(report, result.GetValue(app.Json));
        return ExitCode.Success;
    }
}
