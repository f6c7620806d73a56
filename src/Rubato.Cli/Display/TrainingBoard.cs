using System.Diagnostics;
using System.Globalization;
using Rubato.Files;
using Rubato.Training;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Rubato.Cli.Display;

/// <summary>
/// What training says of itself: a live board on a terminal, else a line for each row of the log. The trainer's thread
/// writes, the display reads.
/// </summary>
/// <param name="run">The run.</param>
/// <param name="minutes">Minutes of this call; null for none.</param>
internal sealed class TrainingBoard(TrainingRun run, double? minutes)
{
    private const int Cells = 40, ShownFiles = 4;
    private const double Smoothing = 0.98;   // of a step: about the last 50
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly Lock _lock = new();
    private readonly long _started = Stopwatch.GetTimestamp(), _first = run.Trainer.Seen;
    private readonly Queue<string> _files = [];
    private TrainingStep? _step;
    private double _loss, _weight, _rate;

    /// <summary>The loss, smoothed; null before the first step.</summary>
    public double? Loss => _step is null ? null : _loss;

    /// <summary>Takes what the trainer tells.</summary>
    public void Report(TrainingProgress progress, TextWriter? lines)
    {
        string? line = null;
        lock (_lock)
        {
            if (progress.Written is { } file)
            {
                line = $"wrote {Printable.Escape(file)}";
                _files.Enqueue(line);
                if (_files.Count > ShownFiles) _files.Dequeue();
            }
            else if (progress.Seconds > 0)
            {
                Smooth(progress);
                if (progress.Row is not null) line = Summary();
            }
        }

        if (line is not null) lines?.WriteLine($"rubato: train: {line}");
    }

    /// <summary>Draws until the run ends, however it ends, and leaves the terminal clean.</summary>
    public async Task ShowAsync(IAnsiConsole console, Task running)
    {
        await console.Live(Board(console)).AutoClear(enabled: true).StartAsync(async live =>
        {
            while (await Task.WhenAny(running, Task.Delay(Pause)).ConfigureAwait(false) != running)
                live.UpdateTarget(Board(console));
        }).ConfigureAwait(false);
    }

    private void Smooth(TrainingProgress progress)
    {
        long before = _step?.Pictures ?? _first;
        double speed = (progress.Step.Pictures - before) / progress.Seconds;
        _step = progress.Step;
        // Weights that sum to one from the first step on, as Adam corrects its means.
        _weight = Smoothing * _weight + (1 - Smoothing);
        _loss += (1 - Smoothing) / _weight * (progress.Step.Loss - _loss);
        _rate += (1 - Smoothing) / _weight * (speed - _rate);
    }

    private string Summary()
    {
        TrainingStep step = _step!.Value;
        double epoch = (double)step.Pictures / run.Trainer.Pictures.Count;
        return string.Create(CultureInfo.InvariantCulture, $"{Figures.Number(step.Pictures)} pictures, epoch {epoch:0.0}, "
            + $"loss {_loss:0.00000}, {_rate:0.0} pictures/s, {Left()} left");
    }

    private string Left()
    {
        double seconds = (run.Trainer.Options.Pictures - _step!.Value.Pictures) / Math.Max(_rate, 1e-9);
        if (minutes is { } most) seconds = Math.Min(seconds, 60 * most - Stopwatch.GetElapsedTime(_started).TotalSeconds);
        var left = TimeSpan.FromSeconds(Math.Clamp(seconds, 0, 1e8));
        return left.TotalHours >= 1 ? $"{(long)left.TotalHours} h {left.Minutes:00} min"
            : $"{left.Minutes} min {left.Seconds:00} s";
    }

    private Rows Board(IAnsiConsole console)
    {
        lock (_lock)
        {
            var lines = new List<IRenderable>();
            if (_step is null) lines.Add(new Spectre.Console.Text("training: the first step"));
            else
            {
                int cells = Math.Clamp(console.Profile.Width - 10, 10, Cells);
                int done = (int)Math.Min(cells, cells * _step.Value.Pictures / run.Trainer.Options.Pictures);
                lines.Add(new Markup($"[blue]{new string('━', done)}[/][grey]{new string('━', cells - done)}[/]"));
                lines.Add(new Spectre.Console.Text(Summary()));
            }

            foreach (string file in _files) lines.Add(new Spectre.Console.Text(file));
            return new Rows(lines);
        }
    }
}
