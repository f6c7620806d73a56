namespace Rubato.Tensors.Autograd;

/// <summary>The parameters of a network by name. A network is built from it as from a checkpoint, and can then be trained.</summary>
public sealed class ParameterSet : IWeightSource
{
    private readonly SortedDictionary<string, Parameter> _parameters = new(StringComparer.Ordinal);
    private readonly bool _open;

    /// <summary>An empty set, which makes what the network asks for, filled with zeros.</summary>
    public ParameterSet()
    {
        Name = "new parameters";
        _open = true;
    }

    /// <summary>Copies of all tensors of a source.</summary>
    public ParameterSet(IWeightSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        Name = source.Name;
        foreach (string name in source.Names) Add(name, source.Read(name).Clone());
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyCollection<string> Names => _parameters.Keys;

    /// <summary>All parameters, in the order of their names' characters.</summary>
    public IReadOnlyCollection<Parameter> All => _parameters.Values;

    /// <summary>Number of elements in all.</summary>
    public long Elements => All.Sum(parameter => (long)parameter.Value.Count);

    /// <summary>The parameter of this name.</summary>
    public Parameter this[string name] => _parameters[name];

    /// <inheritdoc/>
    public Shape? ShapeOf(string name) => _parameters.TryGetValue(name, out Parameter? found) ? found.Value.Shape : null;

    /// <inheritdoc/>
    public Tensor Read(string name) => _parameters[name].Value;

    /// <inheritdoc/>
    public Tensor? Make(string name, Shape shape) => _open ? Add(name, Tensor.Zeros(shape)) : null;

    /// <summary>Sets all gradients to zero.</summary>
    public void ClearGradients()
    {
        foreach (Parameter parameter in All) parameter.ClearGradient();
    }

    /// <summary>The length of all gradients as one vector, summed in float64 in the order of the names.</summary>
    public double GradientNorm()
        => Math.Sqrt(All.Sum(parameter => parameter.Gradient.Dot(parameter.Gradient)));

    private Tensor Add(string name, Tensor value)
    {
        var parameter = new Parameter(name, value);
        _parameters.Add(name, parameter);
        return parameter.Value;
    }
}
