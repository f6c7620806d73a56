using System.Runtime.InteropServices;
using Rubato.Benchmarks;
using Rubato.Checkpoints;
using Rubato.Networks;
using Rubato.Pipelines;
using Rubato.Planning;
using Rubato.Tensors;
using Rubato.Tensors.Autograd;

namespace Rubato.Training.Horizons;

/// <summary>How well a module foresees errors that it was not trained on.</summary>
/// <param name="Conditions">How many were kept from training.</param>
/// <param name="Correlation">Spearman's rank correlation of foreseen and measured error at 20 steps.</param>
/// <param name="PValue">How likely such a correlation is by chance, two-sided.</param>
/// <param name="Misfit">Root mean square difference of ln d over all rungs.</param>
internal readonly record struct HorizonScore(int Conditions, double Correlation, double PValue, double Misfit);

/// <summary>
/// What follows the backbone's training: schedules for the data, measured error curves, and the module that foresees them. Each
/// stage is done once; what it wrote is found again. The stages of AC-Diff (arXiv:2411.15199) are a reconstruction.
/// </summary>
/// <param name="run">The backbone's run; its exported model gets what the stages make.</param>
/// <param name="folder">The folder of the run.</param>
internal sealed class AcDiffStages(TrainingRun run, string folder)
{
    private const string SpectrumFile = "spectrum.json", WeightsFile = "model.safetensors";
    private const int ScoredSteps = 20;

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

    /// <summary>Measures error curves of the exported model and learns horizons from them.</summary>
    /// <param name="tables">Its schedules.</param>
    /// <param name="count">How many conditions are measured.</param>
    /// <param name="precision">What the network's large products are computed in.</param>
    /// <param name="progress">Told how many are done.</param>
    /// <param name="cancel">Ends at the next evaluation; what was measured is kept.</param>
    public async Task<HorizonScore> HorizonsAsync(
        HybridTables tables, int count, Precision precision, Action<int>? progress, CancellationToken cancel)
    {
        TrainingPictures pictures = run.Trainer.Pictures;
        Diffuser parts = DiffuserFolder.Load(run.ModelFolder, precision);
        HorizonCondition[] conditions = HorizonConditions.Of(pictures, count);
        double[][][] errors;
        using (RunCache<SolverRun> cache = RunCache<SolverRun>.Open(parts, folder, "ladder-runs"))
            errors = await new HorizonLadder(parts, tables.Deterministic, cache).MeasureAsync(conditions, progress, cancel).ConfigureAwait(false);

        HorizonCondition[] shown = [.. conditions.Where(condition => !condition.IsHeldOut)], heldOut = [.. conditions.Where(condition => condition.IsHeldOut)];
        int classes = pictures.Classes.Count;
        ParameterSet parameters = HorizonTrainer.Train(shown, [.. shown.Select(condition => errors[condition.Number])], classes);
        Write(Directory.CreateDirectory(Path.Combine(run.ModelFolder, DiffuserFolder.HorizonPart)).FullName, parameters, shown, classes);
        return Score(ConditionTimeSteps.Load(Path.Combine(run.ModelFolder, DiffuserFolder.HorizonPart)), heldOut, errors);
    }

    private static void Write(string part, ParameterSet parameters, HorizonCondition[] shown, int classes)
    {
        SafetensorsWriter.Write(Path.Combine(part, WeightsFile), parameters.All.Select(parameter => new TensorSource(
            parameter.Name, SafetensorsDType.F32, [.. parameter.Value.Shape.Select(length => (long)length)],
            MemoryMarshal.AsBytes(parameter.Value.AsSpan()).ToArray())));
        var network = new HorizonNetwork(new Weights(parameters), classes, Structure.Channels, StructureStatistics.Count);
        using Scope scope = Scope.Begin();
        Tensor answers = new HorizonExamples(shown, classes).Ask(network, [.. Enumerable.Range(0, shown.Length)]);
        ConditionTimeSteps.WriteConfig(part, classes, [.. Enumerable.Range(0, shown.Length)
            .Select(i => ConditionTimeSteps.LawOf(answers.AsSpan().Slice(i * HorizonNetwork.Answers, HorizonNetwork.Answers)))]);
    }

    private static HorizonScore Score(ConditionTimeSteps module, HorizonCondition[] conditions, double[][][] errors)
    {
        int rung = HorizonLadder.Steps.Index().First(steps => steps.Item == ScoredSteps).Index;
        ErrorLaw[] laws = [.. conditions.Select(condition => module.LawOf(condition.Class, condition.Structure))];
        double[] foreseen = [.. laws.Select(law => law.At(ScoredSteps))];
        double[] measured = [.. conditions.Select(condition => errors[condition.Number].Average(curve => curve[rung]))];
        (double correlation, double p) = RankCorrelation.Of(foreseen, measured);
        double misfit = Math.Sqrt(conditions.Index().Average(condition => errors[condition.Item.Number].Average(curve
            => curve.Index().Average(d => Math.Pow(d.Item - laws[condition.Index].At(HorizonLadder.Steps[d.Index]), 2)))));
        return new HorizonScore(conditions.Length, correlation, p, misfit);
    }
}
