namespace Rubato.Tensors;

/// <summary>
/// Owns the tensors that are made while it is the innermost scope of the thread, and frees them as one.
/// Outside of every scope a tensor lives on the managed heap and is collected like any object; inside, it is pooled
/// native memory. A scope ends on the thread that began it, and no <c>await</c> stands between.
/// </summary>
/// <example><code>
/// using Scope scope = Scope.Begin();
/// Tensor h = conv1.Forward(norm.Forward(x));
/// return scope.Keep(conv2.Forward(h));
/// </code></example>
public sealed class Scope : IDisposable
{
    [ThreadStatic]
    private static Scope? _current;

    private readonly Scope? _parent = _current;
    private readonly List<TensorMemory> _owned = [];
    private bool _ended;

    private Scope()
    {
    }

    internal static Scope? Current => _current;

    /// <summary>Begins a scope inside the current one.</summary>
    public static Scope Begin() => _current = new Scope();

    /// <summary>
    /// Hands a tensor to the surrounding scope, or to the managed heap where there is none, and returns it. A tensor
    /// that this scope does not own comes back as it is.
    /// </summary>
    public Tensor Keep(Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        TensorMemory memory = tensor.Memory;
        if (memory.Owner != this) return tensor;
        if (_parent is null) return tensor.CopyTo(TensorMemory.Managed(tensor.ByteCount));
        _owned.Remove(memory);
        _parent.Own(memory);
        return tensor;
    }

    internal void Own(TensorMemory memory)
    {
        memory.Owner = this;
        _owned.Add(memory);
    }

    /// <summary>Frees all tensors of the scope; touching one of them afterwards throws.</summary>
    /// <exception cref="InvalidOperationException">The scope is not the innermost of this thread.</exception>
    public void Dispose()
    {
        if (_ended) return;
        if (_current != this) throw new InvalidOperationException("Scopes end in reverse order, on the thread that began them.");
        _ended = true;
        _current = _parent;
        foreach (TensorMemory memory in _owned)
        {
            if (memory.Holders > 0) _parent!.Own(memory);   // there is one: the tape's
            else memory.Release();
        }

        _owned.Clear();
    }
}
