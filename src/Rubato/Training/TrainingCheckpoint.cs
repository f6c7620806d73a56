using System.Runtime.InteropServices;
using Rubato.Checkpoints;
using Rubato.Pipelines;
using Rubato.Tensors;
using Rubato.Tensors.Autograd;

namespace Rubato.Training;

/// <summary>
/// All of a run in one safetensors file: weights, moments and average in float32, counters and options as metadata. What
/// is restored from it goes on bit for bit.
/// </summary>
public static class TrainingCheckpoint
{
    /// <summary>Writes a run. The file appears when all of it is on the disk.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, Trainer trainer, TrainingLog log)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        ArgumentNullException.ThrowIfNull(log);
        Parameter[] parameters = [.. trainer.Parameters.All];
        var tensors = new List<TensorSource>();
        for (int i = 0; i < parameters.Length; i++)
        {
            string name = parameters[i].Name;
            tensors.Add(Source(CheckpointKeys.Weights, name, parameters[i].Value));
            tensors.Add(Source(CheckpointKeys.Means, name, trainer.Optimiser.Means[i]));
            if (trainer.Optimiser.Squares[i] is { } squares) tensors.Add(Source(CheckpointKeys.Squares, name, squares));
            tensors.Add(Source(CheckpointKeys.Average, name, trainer.Average.Values[i]));
        }

        double[] history = log.ToNumbers();
        tensors.Add(new TensorSource(CheckpointKeys.History, SafetensorsDType.F64,
            [history.Length / TrainingLog.Columns, TrainingLog.Columns], MemoryMarshal.AsBytes<double>(history).ToArray()));
        var metadata = new Dictionary<string, string>(OptionTexts.Write(trainer.Options), StringComparer.Ordinal)
        {
            [CheckpointKeys.Format] = CheckpointKeys.Version,
            [CheckpointKeys.Unet] = UNet2DConfigWriter.Write(trainer.Architecture),
            [CheckpointKeys.Data] = trainer.Pictures.Fingerprint(),
            [CheckpointKeys.Pictures] = CheckpointKeys.Text(trainer.Seen),
            [CheckpointKeys.WarmFrom] = CheckpointKeys.Text(trainer.WarmFrom),
            [CheckpointKeys.Steps] = CheckpointKeys.Text(trainer.Optimiser.Steps),
            [CheckpointKeys.Seconds] = CheckpointKeys.Text(log.Seconds),
        };
        SafetensorsWriter.Write(path, tensors, metadata);
    }

    /// <summary>Restores a run.</summary>
    /// <param name="path">A file that <see cref="Write"/> wrote.</param>
    /// <param name="pictures">The pictures that the run began with.</param>
    /// <param name="log">Takes the course of the run.</param>
    /// <param name="change">Changes the options of the file: all but the seed may differ.</param>
    /// <exception cref="CheckpointException">The file is damaged, not of this kind, or of a run with other pictures.</exception>
    public static Trainer Read(
        string path, TrainingPictures pictures, TrainingLog log, Func<TrainingOptions, TrainingOptions>? change = null)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        ArgumentNullException.ThrowIfNull(log);
        using var file = SafetensorsFile.Open(path);
        var state = new CheckpointState(file);
        if (state.Text(CheckpointKeys.Format) is var version && version != CheckpointKeys.Version)
        {
            throw new CheckpointException(path, $"is a checkpoint of version {version}",
                $"this program reads version {CheckpointKeys.Version}");
        }

        if (state.Text(CheckpointKeys.Data) != pictures.Fingerprint())
        {
            throw new CheckpointException(path, $"belongs to a run with other pictures than those of {pictures.Source}",
                "a run goes on with the pictures that it began with");
        }

        TrainingOptions stored = OptionTexts.Read(state), options = change?.Invoke(stored) ?? stored;
        if (options.Seed != stored.Seed)
        {
            throw new CheckpointException(path, $"belongs to a run of seed {stored.Seed}",
                $"seed {options.Seed} is another run");
        }

        if (options.LevelInput != stored.LevelInput)
        {
            throw new CheckpointException(path, $"belongs to a run whose network is told {LevelInputNames.Of(stored.LevelInput)}",
                $"the weights alone (raw.safetensors) can begin a run that is told {LevelInputNames.Of(options.LevelInput)}");
        }

        var weights = new ParameterSet(state.Tensors(CheckpointKeys.Weights));
        var trainer = new Trainer(state.Architecture(), pictures, options, weights)
        {
            Seen = state.Number<long>(CheckpointKeys.Pictures),
            WarmFrom = state.Number<long>(CheckpointKeys.WarmFrom),
        };
        trainer.Optimiser.Steps = state.Number<long>(CheckpointKeys.Steps);
        state.Fill(CheckpointKeys.Means, trainer.Parameters, trainer.Optimiser.Means);
        state.Fill(CheckpointKeys.Squares, trainer.Parameters, trainer.Optimiser.Squares);
        state.Fill(CheckpointKeys.Average, trainer.Parameters, trainer.Average.Values);
        log.Restore(state.History(), state.Number<double>(CheckpointKeys.Seconds));
        return trainer;
    }

    private static TensorSource Source(string group, string name, Tensor value)
        => new($"{group}/{name}", SafetensorsDType.F32, [.. value.Shape.Select(length => (long)length)],
            stream => stream.Write(value.AsBytes()));
}
