#pragma warning disable
namespace Rubato.Tensors;
// Stand-ins until the real operations are merged.
public static class LinearCombination {
 public static Tensor Of(params ReadOnlySpan<(double Factor, Tensor Tensor)> terms){ var r=Tensor.Empty(terms[0].Tensor.Shape); var y=r.AsSpan(); for(int i=0;i<y.Length;i++){ double s=0; foreach(var (c,t) in terms) s+=c*t.AsSpan()[i]; y[i]=(float)s;} return r; }
}
public static class Red {
 public static double MeanAbsoluteDifference(this Tensor x, Tensor y){ double s=0; var a=x.AsSpan(); var b=y.AsSpan(); for(int i=0;i<a.Length;i++) s+=Math.Abs((double)a[i]-b[i]); return s/a.Length; }
 public static double Dot(this Tensor x, Tensor y){ double s=0; var a=x.AsSpan(); var b=y.AsSpan(); for(int i=0;i<a.Length;i++) s+=(double)a[i]*b[i]; return s; }
 public static double Norm(this Tensor x)=>Math.Sqrt(x.Dot(x));
 public static double StandardDeviation(this Tensor x){ double m=0,s=0; foreach(var v in x.AsSpan()) m+=v; m/=x.Count; foreach(var v in x.AsSpan()) s+=(v-m)*(v-m); return Math.Sqrt(s/(x.Count-1)); }
}
