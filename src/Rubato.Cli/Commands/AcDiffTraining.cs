using System.CommandLine;
using System.Globalization;
using Rubato.Cli.Display;
using Rubato.Pipelines;
using Rubato.Planning;
using Rubato.Sampling;
using Rubato.Training;
using Rubato.Training.Horizons;

namespace Rubato.Cli.Commands;

/// <summary>What training after AC-Diff takes and does beyond the training of any network.</summary>
internal sealed class AcDiffTraining
{
    private const int FewestConditions = 20, DefaultConditions = 500, MostConditions = 10_000;

    private readonly Option<int?> _conditions = DrawingOptions.Number<int>("--conditions",
        "How many requests errors are measured for; 0 to end with the schedules (500)");

    private readonly Option<string?> _horizonsFrom = DrawingOptions.Option<string?>("--horizons-from", [], "source",
        $"What the module learns horizons from: {string.Join(", ", HorizonSources.ByName.Keys)} ({HorizonSources.Default})", tokens =>
        {
            DrawingOptions.Named(HorizonSources.ByName, tokens[0].Value);
            return tokens[0].Value;
        });

    private readonly Option<LevelInput?> _levelInput = DrawingOptions.Option<LevelInput?>("--level-input", [], "name",
        "What the network is told of a level: level, index (t of T steps), fraction (t / T) or fraction+horizon (t / T and ln T) (level)",
        tokens => DrawingOptions.Named(LevelInputNames.ByName, tokens[0].Value));

    private readonly Option<long?> _adapt = DrawingOptions.Number<long>("--adapt",
        "When all stages are done: show so many pictures more, half of them at the horizons of the run's own module");

    /// <summary>The options.</summary>
    public IEnumerable<Option> Options => [_conditions, _horizonsFrom, _levelInput, _adapt];

    /// <summary>Refuses what does not fit.</summary>
    /// <param name="result">The command line.</param>
    /// <param name="totalGiven">Whether it says how many pictures are shown in all.</param>
    /// <exception cref="UsageException">Something does not.</exception>
    public void Require(ParseResult result, bool totalGiven)
    {
        if (result.GetValue(_conditions) is { } conditions and not 0 and (< FewestConditions or > MostConditions))
            throw new UsageException($"{_conditions.Name} {conditions}: it must be 0, or from {FewestConditions} to {MostConditions}.");
        if (result.GetValue(_adapt) is not { } more) return;
        if (more < 1) throw new UsageException($"{_adapt.Name} {more}: it must be 1 or more.");
        if (totalGiven) throw new UsageException("--adapt says how many pictures follow those of the run; --pictures cannot stand beside it.");
    }

    /// <summary>The options of a run with those that were given.</summary>
    public TrainingOptions Change(ParseResult result, TrainingOptions options)
    {
        options = options with { Levels = TrainingLevels.Horizons };
        if (result.GetValue(_levelInput) is { } input) options = options with { LevelInput = input };
        if (result.GetValue(_adapt) is not { } more) return options;
        long from = options.AdaptedFrom ?? options.Pictures;
        return options with { AdaptedFrom = from, Pictures = from + Math.Min(more, long.MaxValue - from) };
    }

    /// <summary>The stages that follow the network's training.</summary>
    /// <param name="result">The command line.</param>
    /// <param name="run">The run; its network is done.</param>
    /// <param name="folder">Its folder.</param>
    /// <param name="lines">Told what is done; null for silence.</param>
    /// <param name="cancel">Ends at the next evaluation; what was measured is kept.</param>
    /// <returns>How well horizons are foreseen; null where none are asked for.</returns>
    public async Task<HorizonResult?> StagesAsync(
        ParseResult result, TrainingRun run, string folder, TextWriter? lines, CancellationToken cancel)
    {
        var stages = new AcDiffStages(run, folder);
        lines?.WriteLine("rubato: train: schedules for the spread of the pictures");
        HybridTables tables = await Task.Run(stages.Schedules, CancellationToken.None).ConfigureAwait(false);
        int conditions = result.GetValue(_conditions) ?? DefaultConditions;
        if (conditions == 0) return null;
        lines?.WriteLine($"rubato: train: errors of {Figures.Number(conditions)} requests, about "
            + $"{Figures.Number((long)conditions * (HorizonLadder.Evaluations + DenoisingProbe.Levels))} evaluations");
        int tenths = 0;
        var progress = new HorizonProgress(Measured, learned => lines?.WriteLine($"rubato: train: horizons from {learned}"));
        var options = new HorizonOptions(conditions, result.GetValue(_horizonsFrom) ?? HorizonSources.Default, run.Trainer.Options.Precision);
        HorizonResult horizons = await stages.HorizonsAsync(tables, options, progress, cancel).ConfigureAwait(false);
        HorizonScore own = horizons.Own;
        lines?.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"rubato: train: errors of {horizons.Conditions} requests that were kept back are foreseen with a rank correlation of "
            + $"{own.Correlation:0.00} (p {Figures.Chance(own.PValue)}), {own.Misfit:0.00} off in ln d"));
        return horizons;

        void Measured(int done)
        {
            if (10 * done / conditions <= tenths) return;
            tenths = 10 * done / conditions;
            lines?.WriteLine($"rubato: train: {10 * tenths} % of the requests measured");
        }
    }
}
