namespace Rubato.Tensors;

/// <summary>Named tensors that a network is built from: a checkpoint, or an initialiser.</summary>
public interface IWeightSource
{
    /// <summary>What the source is, for messages: a file's name.</summary>
    string Name { get; }

    /// <summary>All names.</summary>
    IReadOnlyCollection<string> Names { get; }

    /// <summary>The shape of a tensor; null where there is none of that name.</summary>
    Shape? ShapeOf(string name);

    /// <summary>Reads a tensor as float32.</summary>
    Tensor Read(string name);

    /// <summary>
    /// Makes a tensor that is not there, for networks that are to be trained; null where the source has only what it has.
    /// </summary>
    Tensor? Make(string name, Shape shape) => null;
}

/// <summary>
/// A place in a state dictionary: building a network is walking its paths. What is missing or misshapen is collected,
/// and reported at once by <see cref="Verify"/>.
/// </summary>
public sealed class Weights
{
    private readonly Ledger _ledger;

    /// <summary>The root of a source.</summary>
    /// <param name="source">Where the tensors come from.</param>
    /// <param name="precision">What the products of layers are computed in, unless the network wants some in float32.</param>
    public Weights(IWeightSource source, Precision precision = Precision.Float32)
        : this(new Ledger(source), "", precision)
    {
    }

    private Weights(Ledger ledger, string path, Precision precision) => (_ledger, Path, Precision) = (ledger, path, precision);

    /// <summary>Names joined by dots; empty at the root.</summary>
    public string Path { get; }

    /// <summary>What the products of layers that are built from this place are computed in.</summary>
    public Precision Precision { get; }

    /// <summary>The same place, for layers whose products are to be float32 in any case.</summary>
    public Weights InFloat32 => new(_ledger, Path, Precision.Float32);

    /// <summary>The place one name further down.</summary>
    public Weights this[string name] => new(_ledger, Join(name), Precision);

    /// <summary>The place one index further down.</summary>
    public Weights this[int index] => new(_ledger, Join(index.ToString(System.Globalization.CultureInfo.InvariantCulture)), Precision);

    /// <summary>Whether there is a tensor, or any tensor below a module, of that name.</summary>
    public bool Has(string name) => _ledger.Has(Join(name));

    /// <summary>
    /// Reads a tensor as float32. One that is missing or has another shape is noted for <see cref="Verify"/>, and
    /// zeros take its place.
    /// </summary>
    public Tensor Read(string name, Shape shape) => _ledger.Read(Join(name), shape);

    /// <summary>Says that a name belongs to the format but not to this network, so that it is not reported.</summary>
    public void Ignore(string name) => _ledger.Ignore(Join(name));

    /// <summary>Ends the building: everything was there, as expected, and nothing is left over.</summary>
    /// <exception cref="WeightsException">Names every problem; the first ten in full.</exception>
    public void Verify() => _ledger.Verify();

    private string Join(string name) => Path.Length == 0 ? name : $"{Path}.{name}";

    /// <summary>What was asked of a source and how that went; one for the whole tree of places.</summary>
    private sealed class Ledger(IWeightSource source)
    {
        private readonly HashSet<string> _used = new(StringComparer.Ordinal);
        private readonly List<string> _problems = [];
        private HashSet<string>? _modules;
        private long _stood;

        public bool Has(string name)
        {
            if (source.ShapeOf(name) is not null) return true;
            if (_modules is null)
            {
                _modules = new HashSet<string>(StringComparer.Ordinal);
                foreach (string full in source.Names)
                    for (int dot = full.IndexOf('.', StringComparison.Ordinal); dot >= 0; dot = full.IndexOf('.', dot + 1))
                        _modules.Add(full[..dot]);
            }

            return _modules.Contains(name);
        }

        public Tensor Read(string name, Shape shape)
        {
            _used.Add(name);
            if (source.ShapeOf(name) is not { } found)
                return source.Make(name, shape) ?? Stand(shape, $"{name} {shape} is missing");
            if (found != shape) return Stand(shape, $"{name} has shape {found}; this network expects {shape}");
            return source.Read(name);
        }

        public void Ignore(string name) => _used.Add(name);

        public void Verify()
        {
            foreach (string name in source.Names.Where(name => !_used.Contains(name)).Order(StringComparer.Ordinal))
                _problems.Add($"{name} {source.ShapeOf(name)} is not part of this network");
            if (_problems.Count > 0) throw new WeightsException(source.Name, _problems);
        }

        /// <summary>Zeros in place of a tensor; a configuration that lies about sizes or counts must not allocate them.</summary>
        private Tensor Stand(Shape shape, string problem)
        {
            const int MostElements = 1 << 24;
            _problems.Add(problem);
            _stood += shape.Elements;
            return _stood <= MostElements ? Tensor.Zeros(shape) : throw new WeightsException(source.Name, _problems);
        }
    }
}

/// <summary>The tensors of a checkpoint are not those of the network.</summary>
public sealed class WeightsException : Exception
{
    private const int Listed = 10;

    /// <summary>Lists the first ten problems and counts the rest.</summary>
    public WeightsException(string source, IReadOnlyList<string> problems)
        : base($"{source}: {problems.Count} tensor{(problems.Count == 1 ? " does" : "s do")} not fit the network: "
            + string.Join("; ", problems.Take(Listed))
            + (problems.Count > Listed ? $"; and {problems.Count - Listed} more." : "."))
        => Problems = [.. problems];

    /// <summary>One line each.</summary>
    public IReadOnlyList<string> Problems { get; }
}
