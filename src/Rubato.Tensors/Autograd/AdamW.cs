using System.Runtime.CompilerServices;
using Rubato.Tensors.Kernels;

namespace Rubato.Tensors.Autograd;

/// <summary>The constants of <see cref="AdamW"/>; the defaults are those of PyTorch.</summary>
public sealed record AdamWOptions
{
    /// <summary>What the mean of the gradients keeps of itself in a step, 0 to 1.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>What the mean of their squares keeps of itself in a step, 0 to 1.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Added to the root of the mean square, above 0.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>The part of itself that a parameter loses in a step, times the rate; from 0.</summary>
    public double WeightDecay { get; init; } = 0.01;
}

/// <summary>
/// Adam with decoupled weight decay, as torch.optim.AdamW computes it. Loshchilov and Hutter 2019, arXiv:1711.05101,
/// algorithm 2.
/// </summary>
public sealed unsafe class AdamW
{
    private readonly Parameter[] _parameters;
    private readonly AdamWOptions _options;
    private readonly ParameterPiece[] _pieces;

    /// <summary>An optimiser whose means are zero.</summary>
    public AdamW(IEnumerable<Parameter> parameters, AdamWOptions options)
    {
        _parameters = [.. parameters];
        _options = options;
        Means = [.. _parameters.Select(parameter => Tensor.Zeros(parameter.Value.Shape))];
        Squares = [.. _parameters.Select(parameter => Tensor.Zeros(parameter.Value.Shape))];
        _pieces = ParameterPieces.Cut(_parameters.Select((parameter, i)
            => new[] { parameter.Value, parameter.Gradient, Means[i], Squares[i] }));
    }

    /// <summary>Steps done: the correction of the means' zero start depends on it.</summary>
    public long Steps { get; set; }

    /// <summary>The running means of the gradients, in the order of the parameters.</summary>
    public IReadOnlyList<Tensor> Means { get; }

    /// <summary>The running means of their squares.</summary>
    public IReadOnlyList<Tensor> Squares { get; }

    /// <summary>Moves all parameters against their gradients.</summary>
    /// <param name="rate">The learning rate, from 0.</param>
    /// <param name="gradientScale">Factor of all gradients: below 1 where they are clipped.</param>
    public void Step(double rate, double gradientScale = 1)
    {
        Steps++;
        ParameterPieces.Run(new Kernel(_pieces, _options, rate, gradientScale, Steps), _pieces);
        foreach (Parameter parameter in _parameters) parameter.MarkChanged();
    }

    private readonly struct Kernel(ParameterPiece[] pieces, AdamWOptions options, double rate, double scale, long step) : IKernel
    {
        private readonly float _scale = (float)scale, _keep = (float)(1 - rate * options.WeightDecay);
        private readonly float _newMean = (float)(1 - options.Beta1), _oldSquare = (float)options.Beta2;
        private readonly float _newSquare = (float)(1 - options.Beta2), _epsilon = (float)options.Epsilon;
        private readonly float _step = (float)(rate / (1 - Math.Pow(options.Beta1, step)));
        private readonly float _root = (float)(1 / Math.Sqrt(1 - Math.Pow(options.Beta2, step)));

        public void Run<T>(int begin, int end)
            where T : struct, ISimd<T>
        {
            for (int i = begin; i < end; i++)
            {
                ParameterPiece piece = pieces[i];
                int whole = piece.Count / T.Width * T.Width;
                Update<T>(piece, 0, whole);
                Update<Simd1>(piece, whole, piece.Count);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Update<T>(in ParameterPiece piece, int begin, int end)
            where T : struct, ISimd<T>
        {
            float* value = piece.A, gradient = piece.B, mean = piece.C, square = piece.D;
            T scale = T.Create(_scale), keep = T.Create(_keep), step = T.Create(_step), root = T.Create(_root);
            T newMean = T.Create(_newMean), oldSquare = T.Create(_oldSquare), newSquare = T.Create(_newSquare);
            T epsilon = T.Create(_epsilon);
            for (int i = begin; i < end; i += T.Width)
            {
                T g = scale * T.Load(gradient + i), m = T.Load(mean + i);
                m = T.Fma(newMean, g - m, m);
                T v = T.Fma(newSquare * g, g, oldSquare * T.Load(square + i));
                m.Store(mean + i);
                v.Store(square + i);
                (keep * T.Load(value + i) - step * (m / T.Fma(T.Sqrt(v), root, epsilon))).Store(value + i);
            }
        }
    }
}
