using System.Runtime.InteropServices;
using Rubato.Benchmarks;
using Rubato.Checkpoints;
using Rubato.Pipelines;
using Rubato.Planning;
using Rubato.Tensors;
using Rubato.Tensors.Autograd;

namespace Rubato.Training.Horizons;

/// <summary>How horizons are learned.</summary>
/// <param name="Conditions">How many conditions are measured.</param>
/// <param name="Source">What the model's module learns from, of <see cref="HorizonSources"/>.</param>
/// <param name="Precision">What the network's large products are computed in.</param>
internal sealed record HorizonOptions(int Conditions, string Source, Precision Precision);

/// <summary>What is told of it.</summary>
/// <param name="Measured">How many conditions are measured.</param>
/// <param name="Learning">The source that modules begin to learn from.</param>
internal sealed record HorizonProgress(Action<int>? Measured, Action<string>? Learning);

/// <summary>
/// What follows the backbone's training: schedules for the data, measured error curves, and the module that foresees them. Each
/// stage is done once; what it wrote is found again. The stages of AC-Diff (arXiv:2411.15199) are a reconstruction.
/// </summary>
/// <param name="run">The backbone's run; its exported model gets what the stages make.</param>
/// <param name="folder">The folder of the run.</param>
internal sealed class AcDiffStages(TrainingRun run, string folder)
{
    private const string SpectrumFile = "spectrum.json", WeightsFile = "model.safetensors";

    private string SchedulePath => Path.Combine(run.ModelFolder, DiffuserFolder.ScheduleFile);

    /// <summary>Fits schedules to the data's spectrum.</summary>
    public HybridTables Schedules()
    {
        if (File.Exists(SchedulePath)) return HybridTablesFile.Read(SchedulePath);
        string path = Path.Combine(folder, SpectrumFile);
        if (!File.Exists(path)) DataSpectrum.Of(run.Trainer.Pictures).Write(path);
        HybridTables tables = HybridFit.Tables(DataSpectrum.Read(path).Variances, Trainer.Process);
        Directory.CreateDirectory(run.ModelFolder);
        HybridTablesFile.Write(SchedulePath, tables);
        return tables;
    }

    /// <summary>
    /// Measures error curves of the exported model, learns horizons for it, and compares all that they can be learned from.
    /// </summary>
    /// <param name="tables">Its schedules.</param>
    /// <param name="options">What is measured and learned.</param>
    /// <param name="progress">Told what is done.</param>
    /// <param name="cancel">Ends at the next evaluation, or before the next module; what was measured is kept.</param>
    public async Task<HorizonResult> HorizonsAsync(
        HybridTables tables, HorizonOptions options, HorizonProgress progress, CancellationToken cancel)
    {
        TrainingPictures pictures = run.Trainer.Pictures;
        Diffuser parts = DiffuserFolder.Load(run.ModelFolder, options.Precision);
        HorizonCondition[] conditions = HorizonConditions.Of(pictures, options.Conditions);
        HorizonMeasures measures;
        using (RunCache<SolverRun> cache = RunCache<SolverRun>.Open(parts, folder, "ladder-runs"))
        {
            double[][][] errors = await new HorizonLadder(parts, tables.Deterministic, cache)
                .MeasureAsync(conditions, progress.Measured, cancel).ConfigureAwait(false);
            Denoising[] denoised = await new DenoisingProbe(parts, cache).MeasureAsync(conditions, pictures, cancel).ConfigureAwait(false);
            measures = new HorizonMeasures(conditions, errors, denoised, pictures.Classes.Count);
        }

        var comparison = new HorizonComparison(measures);
        progress.Learning?.Invoke(options.Source);
        string part = Directory.CreateDirectory(Path.Combine(run.ModelFolder, DiffuserFolder.HorizonPart)).FullName;
        Write(part, comparison.Module(options.Source), measures);
        return comparison.Run(options.Source, progress.Learning, cancel);
    }

    private static void Write(string part, ParameterSet parameters, HorizonMeasures measures)
    {
        SafetensorsWriter.Write(Path.Combine(part, WeightsFile), parameters.All.Select(parameter => new TensorSource(
            parameter.Name, SafetensorsDType.F32, [.. parameter.Value.Shape.Select(length => (long)length)],
            MemoryMarshal.AsBytes(parameter.Value.AsSpan()).ToArray())));
        HorizonCondition[] shown = [.. measures.Shown.Select(i => measures.Conditions[i])];
        ConditionTimeSteps.WriteConfig(part, measures.Classes, HorizonTrainer.Laws(parameters, shown, measures.Classes));
    }
}
