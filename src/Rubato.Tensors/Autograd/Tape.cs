namespace Rubato.Tensors.Autograd;

/// <summary>
/// Records the operations of a thread, and runs their backward rules in reverse order. Only what depends on a
/// <see cref="Parameter"/> is recorded. Like a <see cref="Scope"/>, and around those that begin later, a tape owns the
/// tensors that are made while it is open, and keeps those that rules need until it ends.
/// </summary>
/// <example><code>
/// using Tape tape = Tape.Begin();
/// Tensor y = network.Evaluate(x, times, conditions);
/// tape.Backward(y, y - target);   // the gradient of half the squared distance
/// </code></example>
public sealed class Tape : IDisposable
{
    [ThreadStatic]
    private static Tape? _current;

    private readonly Scope _scope = Scope.Begin();
    private readonly List<(Adjoint Result, Action<Tensor> Rule)> _records = [];
    private readonly List<TensorMemory> _saved = [];
    private bool _ended;

    private Tape()
    {
    }

    /// <summary>Begins to record on this thread.</summary>
    /// <exception cref="InvalidOperationException">The thread has an open tape.</exception>
    public static Tape Begin() => _current is null ? _current = new Tape()
        : throw new InvalidOperationException("A tape is open on this thread; end it before the next begins.");

    /// <summary>
    /// Adds the derivatives of sum(output * gradient) to <see cref="Parameter.Gradient"/> of every parameter that the
    /// output depends on. The same bits for any number of threads.
    /// </summary>
    /// <param name="output">Computed under this tape.</param>
    /// <param name="gradient">The shape of the output.</param>
    /// <exception cref="ArgumentException">The shapes differ, or the output depends on no parameter.</exception>
    /// <exception cref="InvalidOperationException">The tape has ended or belongs to another thread.</exception>
    public void Backward(Tensor output, Tensor gradient)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(gradient);
        if (_current != this) throw new InvalidOperationException("A tape works until it ends, on the thread that began it.");
        if (output.Shape != gradient.Shape)
            throw new ArgumentException($"A gradient of shape {output.Shape} is expected, not {gradient.Shape}.", nameof(gradient));
        if (output.Adjoint is not { } adjoint)
            throw new ArgumentException("The output depends on no parameter, or was computed before the tape began.", nameof(output));

        _current = null;   // rules are operations too
        try
        {
            using Scope gradients = Scope.Begin();
            adjoint.Add(gradient.Clone());
            for (int i = _records.Count - 1; i >= 0; i--)
            {
                (Adjoint result, Action<Tensor> rule) = _records[i];
                if (result.Value is not { } dy) continue;
                using (Scope.Begin()) rule(dy);
                result.Release(gradients);
            }
        }
        finally
        {
            _current = this;
            foreach ((Adjoint result, _) in _records) result.Release(owner: null);
        }
    }

    /// <summary>Ends the recording and frees all tensors that were made under it.</summary>
    /// <exception cref="InvalidOperationException">A scope that began later is open, or the thread is another.</exception>
    public void Dispose()
    {
        if (_ended) return;
        foreach (TensorMemory memory in _saved) memory.Holders--;
        _saved.Clear();
        _scope.Dispose();
        _ended = true;
        _current = null;
    }

    /// <summary>The open tape where one of the operands needs a gradient, else null.</summary>
    internal static Tape? For(Tensor? a, Tensor? b = null, Tensor? c = null, Tensor? d = null)
        => _current is { } tape && (a?.Adjoint ?? b?.Adjoint ?? c?.Adjoint ?? d?.Adjoint) is not null ? tape : null;

    /// <summary>Keeps the numbers of a tensor for a rule.</summary>
    internal void Save(Tensor? tensor)
    {
        if (tensor is null) return;
        tensor.Memory.Holders++;
        _saved.Add(tensor.Memory);
    }

    /// <summary>
    /// Notes how a result came about. The rule gets the derivative with respect to the result, and adds to the
    /// <see cref="Tensor.Adjoint"/> of those operands that have one.
    /// </summary>
    internal void Record(Tensor result, Action<Tensor> rule)
    {
        result.Adjoint = Adjoint.OfResult(result.Shape);
        _records.Add((result.Adjoint, rule));
    }
}
