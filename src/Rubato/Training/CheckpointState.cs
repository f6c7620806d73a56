using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Rubato.Checkpoints;
using Rubato.Networks;
using Rubato.Pipelines;
using Rubato.Sampling;
using Rubato.Tensors;
using Rubato.Tensors.Autograd;

namespace Rubato.Training;

/// <summary>Reads the parts of a file that training wrote; what is missing or out of range is refused by name.</summary>
internal sealed class CheckpointState(SafetensorsFile file)
{
    /// <summary>Whether the file is a whole run, and not weights alone.</summary>
    public bool IsRun => Has(CheckpointKeys.Format);

    public bool Has(string key) => file.Metadata.ContainsKey(key);

    public string Text(string key) => file.Metadata.TryGetValue(key, out string? text) ? text
        : throw CheckpointException.OfKey(file.Path, key, "is missing", "rubato train writes it into its checkpoints");

    /// <summary>A number from 0.</summary>
    public T Number<T>(string key)
        where T : System.Numerics.INumber<T>
        => T.TryParse(Text(key), NumberStyles.Float, CultureInfo.InvariantCulture, out T? value)
            && value >= T.Zero && T.IsFinite(value) ? value : throw CheckpointException.OfKey(file.Path, key, "is no number from 0", "rubato train writes one");

    /// <summary>What one of some words stands for.</summary>
    /// <param name="key">Where the word is.</param>
    /// <param name="words">All words.</param>
    /// <param name="missing">The answer of checkpoints from before there was the key.</param>
    public T Choice<T>(string key, IReadOnlyDictionary<string, T> words, T missing)
        => !Has(key) ? missing : words.TryGetValue(Text(key), out T? known) ? known
            : throw CheckpointException.OfKey(file.Path, key, $"is {Text(key)}", $"there are {string.Join(", ", words.Keys)}");

    /// <summary>What the network is told of a level.</summary>
    public LevelInput LevelInput() => Choice(CheckpointKeys.LevelInput, LevelInputNames.ByName, Sampling.LevelInput.Level);

    /// <summary>Pictures seen, where the writer noted them; else 0.</summary>
    public long SeenIfKnown() => Has(CheckpointKeys.Pictures) ? Number<long>(CheckpointKeys.Pictures) : 0;

    /// <summary>Makes something of the file's numbers, whose ranges it checks itself.</summary>
    public T Checked<T>(Func<T> make)
    {
        try
        {
            return make();
        }
        catch (ArgumentException e)
        {
            throw new CheckpointException(file.Path, "describes no training", e.Message, e);
        }
    }

    public UNet2DOptions Architecture()
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(Text(CheckpointKeys.Unet));
            return UNet2DConfig.Read(ModelConfig.Of(json.RootElement.Clone(), file.Path));
        }
        catch (JsonException e)
        {
            throw CheckpointException.OfKey(file.Path, CheckpointKeys.Unet, "is no JSON", e.Message);
        }
    }

    /// <summary>The tensors of a group, under their names without it.</summary>
    public IWeightSource Tensors(string group) => new GroupOf(file, group + "/");

    /// <summary>Fills tensors, those that are not null, in the order of the parameters.</summary>
    public void Fill(string group, ParameterSet parameters, IReadOnlyList<Tensor?> tensors)
    {
        IWeightSource source = Tensors(group);
        foreach ((Parameter parameter, Tensor? tensor) in parameters.All.Zip(tensors))
        {
            if (tensor is null) continue;
            if (source.ShapeOf(parameter.Name) != tensor.Shape)
            {
                throw CheckpointException.OfTensor(file.Path, $"{group}/{parameter.Name}", "is missing or misshapen",
                    $"it has the shape {tensor.Shape}");
            }

            source.Read(parameter.Name).AsSpan().CopyTo(tensor.AsSpan());
        }
    }

    public double[] History()
    {
        StoredTensor stored = file[CheckpointKeys.History];
        if (stored.DType != SafetensorsDType.F64 || stored.Shape is not [_, TrainingLog.Columns]
            || stored.ByteCount > Array.MaxLength)
        {
            throw CheckpointException.OfTensor(file.Path, stored.Name, "is no table",
                $"it has {TrainingLog.Columns} columns of F64");
        }

        double[] numbers = new double[stored.ElementCount];
        stored.Read(MemoryMarshal.AsBytes(numbers.AsSpan()));
        return numbers;
    }

    private sealed class GroupOf(SafetensorsFile file, string prefix) : IWeightSource
    {
        public string Name => file.Path;

        public IReadOnlyCollection<string> Names { get; } = [.. file.Tensors.Select(tensor => tensor.Name)
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Select(name => name[prefix.Length..])];

        public Shape? ShapeOf(string name)
        {
            if (!file.TryGet(prefix + name, out StoredTensor? stored)) return null;
            return stored.ElementCount <= int.MaxValue ? Shape.Create([.. stored.Shape.Select(length => checked((int)length))])
                : throw CheckpointException.OfTensor(file.Path, stored.Name, "is too large",
                    "a tensor has at most 2^31 - 1 elements");
        }

        public Tensor Read(string name)
        {
            Tensor tensor = Tensor.Empty(ShapeOf(name)!.Value);
            file[prefix + name].ReadFiniteFloats(tensor.AsSpan());
            return tensor;
        }
    }
}
